-- Credentials, by hash only: a row a version of a token (issued, revoked); the highest version counts.
--
-- Engine and order: append-only versions; ReplacingMergeTree(version) keeps the last one of each token.
CREATE TABLE IF NOT EXISTS tokens {on_cluster}
(
    id String,
    version UInt64,
    name String,
    hash String,
    roles Array(String),
    source String,
    created_at String,
    expires_at String,
    revoked_at String
)
ENGINE = {replicated}ReplacingMergeTree(version)
ORDER BY id
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1

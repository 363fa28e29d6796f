-- The ledger: one row an accepted event, written once, never updated or deleted.
--
-- Engine: ReplacingMergeTree collapses rows with an equal sorting key, and the leaf hash is part of that key. So the
-- same entry inserted twice (a retry, a second owner after a rebalance) becomes one row, while two different leaves
-- at one index both stay, and show as a fork. Readers never rely on merges: they use LIMIT 1 BY.
-- Order: (shard, leaf_index) is how a Merkle log is read: by range of one shard.
-- leaf_hash is computed by the engine from the bytes that it received, and read back by the writer before it signs:
-- a leaf that was damaged on its way never gets under a signature.
-- The columns after leaf repeat what the leaf says, for search only; fsck derives them again.
-- Parts stay compact (one file for all columns): many small commits, each with its own fsync.
CREATE TABLE IF NOT EXISTS entries {on_cluster}
(
    shard UInt32 CODEC(ZSTD(1)),
    leaf_index UInt64 CODEC(Delta, ZSTD(1)),
    leaf_hash FixedString(32) DEFAULT SHA256(concat(char(0), leaf)) CODEC(NONE),
    leaf String CODEC(ZSTD(1)),
    source LowCardinality(String),
    id String CODEC(ZSTD(1)),
    type LowCardinality(String),
    project LowCardinality(String),
    time DateTime64(3, 'UTC') CODEC(ZSTD(1)),
    received_time DateTime64(3, 'UTC') CODEC(ZSTD(1)),
    repository LowCardinality(String),
    digests Array(String) CODEC(ZSTD(1)),
    tags Array(String) CODEC(ZSTD(1)),
    actor LowCardinality(String),
    INDEX by_id id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_project project TYPE set(64) GRANULARITY 1,
    INDEX by_type type TYPE set(64) GRANULARITY 1,
    INDEX by_repository repository TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_digest digests TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_tag tags TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_actor actor TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_time time TYPE minmax GRANULARITY 1,
    INDEX by_received_time received_time TYPE minmax GRANULARITY 1
)
ENGINE = {replicated}ReplacingMergeTree
ORDER BY (shard, leaf_index, leaf_hash)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_for_wide_part = 1000000,
    min_bytes_for_wide_part = 1073741824

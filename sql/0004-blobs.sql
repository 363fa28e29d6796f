-- Bodies too large for a leaf, by digest: the leaf carries the digest in their place.
--
-- Engine and order: content-addressed, so a repeated body is the same row. Stored before the entry that names it.
CREATE TABLE IF NOT EXISTS blobs {on_cluster}
(
    digest String,
    bytes_base64 String EPHEMERAL '',
    bytes String DEFAULT base64Decode(bytes_base64) CODEC(ZSTD(3))
)
ENGINE = {replicated}ReplacingMergeTree
ORDER BY digest
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 64

-- State of a consumer with the index that it reflects. Not evidence: any of it can be computed again from the ledger.
--
-- A state may be kept in named parts, each with its own index, so that only what changed is written; the row without a
-- part says up to where all parts together reflect the shard.
-- Engine and order: the newest row of a consumer, shard, format and part replaces the older ones.
CREATE TABLE IF NOT EXISTS snapshots {on_cluster}
(
    consumer LowCardinality(String),
    shard UInt32,
    format UInt32,
    part String,
    next_index UInt64,
    state_base64 String EPHEMERAL '',
    state String DEFAULT base64Decode(state_base64) CODEC(ZSTD(1))
)
ENGINE = {replicated}ReplacingMergeTree(next_index)
ORDER BY (consumer, shard, format, part)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 16

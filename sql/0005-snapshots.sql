-- State of a consumer with the index that it reflects. Not evidence: any of it can be computed again from the ledger.
--
-- Engine and order: the newest snapshot of a consumer, shard and format replaces the older ones.
CREATE TABLE IF NOT EXISTS snapshots {on_cluster}
(
    consumer LowCardinality(String),
    shard UInt32,
    format UInt32,
    next_index UInt64,
    state_base64 String EPHEMERAL '',
    state String DEFAULT base64Decode(state_base64) CODEC(ZSTD(1))
)
ENGINE = {replicated}ReplacingMergeTree(next_index)
ORDER BY (consumer, shard, format)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 16

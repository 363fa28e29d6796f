-- Signed checkpoints (C2SP tlog-checkpoint) of each shard. An entry counts as committed once a checkpoint covers it.
--
-- Engine and order: signing is deterministic, so a repeated checkpoint collapses; the root is in the key, so two roots
-- for one size both stay, and show as a fork. (shard, size) finds the latest and the one that covers an index.
CREATE TABLE IF NOT EXISTS checkpoints {on_cluster}
(
    shard UInt32,
    size UInt64,
    root_base64 String EPHEMERAL '',
    root FixedString(32) DEFAULT base64Decode(root_base64),
    note String,
    signed_at DateTime64(3, 'UTC')
)
ENGINE = {replicated}ReplacingMergeTree
ORDER BY (shard, size, root)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1

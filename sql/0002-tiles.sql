-- Hash tiles of each shard's Merkle tree (C2SP tlog-tiles, height 8), full tiles only: the partial ones at the right
-- edge are read from the entries and from the roots of the full tiles below.
--
-- Engine and order: as for the entries; the root is in the key, so a tile that was written twice with different
-- hashes is seen. `root` is the tile's hash one level up. Bytes travel as base64 because rows travel as text.
CREATE TABLE IF NOT EXISTS tiles {on_cluster}
(
    shard UInt32,
    level UInt8,
    tile_index UInt64,
    root_base64 String EPHEMERAL '',
    root FixedString(32) DEFAULT base64Decode(root_base64),
    hashes_base64 String EPHEMERAL '',
    hashes String DEFAULT base64Decode(hashes_base64) CODEC(NONE)
)
ENGINE = {replicated}ReplacingMergeTree
ORDER BY (shard, level, tile_index, root)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_for_wide_part = 1000000,
    min_bytes_for_wide_part = 1073741824

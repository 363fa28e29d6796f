const POLYNOMIAL = 0x82f63b78;

/** Eight tables of 256 entries, one after the other: table k advances a byte by k further zero bytes. */
const TABLES = buildTables();

/**
 * CRC-32C (Castagnoli, RFC 3720 section 12.1) of `bytes[start, end)`, as an unsigned 32-bit number.
 * `previous` continues the checksum of the bytes before. Not the CRC-32 of zlib: another polynomial.
 */
export function crc32c(
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.byteLength,
  previous = 0,
): number {
  const t = TABLES;
  let crc = ~previous;
  let at = start;
  for (const blocksEnd = start + ((end - start) & ~7); at < blocksEnd; at += 8) {
    const low = crc ^ word(bytes, at);
    const high = word(bytes, at + 4);
    crc =
      entry(t, 1792 + (low & 0xff)) ^
      entry(t, 1536 + ((low >>> 8) & 0xff)) ^
      entry(t, 1280 + ((low >>> 16) & 0xff)) ^
      entry(t, 1024 + (low >>> 24)) ^
      entry(t, 768 + (high & 0xff)) ^
      entry(t, 512 + ((high >>> 8) & 0xff)) ^
      entry(t, 256 + ((high >>> 16) & 0xff)) ^
      entry(t, high >>> 24);
  }
  for (; at < end; at += 1) {
    crc = entry(t, (crc ^ (bytes[at] ?? 0)) & 0xff) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

function entry(tables: Int32Array, index: number): number {
  return tables[index] ?? 0;
}

function buildTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    tables[byte] = crc;
  }
  for (let index = 256; index < tables.length; index += 1) {
    const before = entry(tables, index - 256);
    tables[index] = entry(tables, before & 0xff) ^ (before >>> 8);
  }
  return tables;
}

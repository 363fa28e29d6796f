import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32c } from '../../services/bus/crc32c.ts';

test.each([
  ['32 bytes of zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['32 incrementing bytes', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
  ['32 decrementing bytes', Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
  ['the digits', Buffer.from('123456789'), 0xe3069283],
  ['nothing', new Uint8Array(), 0],
])('agrees with RFC 3720 appendix B.4 on %s', (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

test('agrees with the definition, bit by bit, on every length up to 70 at every alignment', () => {
  const bytes = Uint8Array.from({ length: 80 }, (_, index) => (index * 151 + 7) & 0xff);
  for (let start = 0; start < 9; start += 1) {
    for (let end = start; end <= start + 70; end += 1) {
      expect(crc32c(bytes, start, end)).toBe(bitByBit(bytes.subarray(start, end)));
    }
  }
});

test('continues a checksum over any cut', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, at) => {
      const cut = Math.min(at, bytes.byteLength);
      const first = crc32c(bytes, 0, cut);
      expect(crc32c(bytes, cut, bytes.byteLength, first)).toBe(crc32c(bytes));
    }),
  );
});

function bitByBit(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

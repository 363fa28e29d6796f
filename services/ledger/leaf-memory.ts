/** Encodes a text as UTF-8. */
export type Encode = (text: string) => Uint8Array;

const SLAB_BYTES = 512 * 1024;

/**
 * Encodes leaves one behind the other in large pieces of memory. A piece of its own for each leaf would cost more than
 * the leaf's hash; one that is shared lives as long as the last of its leaves, which are of one commit or two.
 */
export function createLeafMemory(): Encode {
  let slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  let used = 0;
  return (text) => {
    // A UTF-16 unit takes at most three bytes.
    const most = text.length * 3;
    if (most > SLAB_BYTES) return Buffer.from(text);
    if (used + most > SLAB_BYTES) {
      slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      used = 0;
    }
    const start = used;
    used += slab.write(text, start, 'utf8');
    return slab.subarray(start, used);
  };
}

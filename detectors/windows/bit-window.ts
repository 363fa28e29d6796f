/** The last {@link WINDOW} yes/no observations in two numbers: cheap to keep per repository, plain to serialise. */
export type BitWindow = { bits: number; count: number };

export const WINDOW = 32;

export function createBitWindow(): BitWindow {
  return { bits: 0, count: 0 };
}

/** Of what was never observed. */
export const NOTHING_OBSERVED: Readonly<BitWindow> = Object.freeze(createBitWindow());

/** Adds the newest observation; the oldest falls out when the window is full. */
export function observe(window: BitWindow, yes: boolean): void {
  // A number of 32 bits with a sign: one without would be kept as an object of its own.
  window.bits = (window.bits << 1) | (yes ? 1 : 0);
  if (window.count < WINDOW) window.count += 1;
}

/** Share of yes, from 0 to 1; 0 when nothing was observed. */
export function shareOf(window: Readonly<BitWindow>): number {
  if (window.count === 0) return 0;
  // Bits beyond `count` were never set, so no mask is needed.
  return countOnes(window.bits) / window.count;
}

/** How many of the observations were no. */
export function missesOf(window: Readonly<BitWindow>): number {
  return window.count - countOnes(window.bits);
}

function countOnes(bits: number): number {
  let rest = bits - ((bits >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

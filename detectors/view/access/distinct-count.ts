import { withNewest } from '../../windows/kept-list.ts';

/**
 * How many different texts were counted, in little memory: exact up to 32, then linear counting over 512 bits
 * (Whang et al. 1990), within some percent up to about 3,000, where it stops.
 */
export type DistinctCount = {
  /** Whether `marks` are words of bits; they are hashes before. */
  dense: boolean;
  /** Hashes or set bits. */
  count: number;
  marks: number[];
};

const FEW = 32;
const WORDS = 16;
const BITS = WORDS * 32;
/** Of texts longer than a name (digests) both ends are enough. */
const LONG = 64;
const HEAD = 32;
const TAIL = 16;

export function createDistinctCount(): DistinctCount {
  return { dense: false, count: 0, marks: [] };
}

/** Counts the text; false when it was counted before (or, rarely, shares its mark with another). */
export function addDistinct(counted: DistinctCount, text: string): boolean {
  const hash = hashOf(text);
  if (isMarked(counted, hash)) return false;
  if (!counted.dense && counted.count === FEW) spread(counted);
  if (counted.dense) setBit(counted, hash);
  else {
    counted.marks = withNewest(counted.marks, hash, FEW);
    counted.count += 1;
  }
  return true;
}

/** What {@link addDistinct} would say. */
export function isDistinct(counted: DistinctCount, text: string): boolean {
  return !isMarked(counted, hashOf(text));
}

/** The number of different texts, with `more` further ones. */
export function estimate({ dense, count }: DistinctCount, more = 0): number {
  if (!dense) return count + more;
  return Math.round(-BITS * Math.log(1 - Math.min(count + more, BITS - 1) / BITS));
}

export function clearDistinct(counted: DistinctCount): void {
  counted.dense = false;
  counted.count = 0;
  counted.marks = [];
}

function spread(counted: DistinctCount): void {
  const hashes = counted.marks;
  counted.marks = new Array<number>(WORDS).fill(0);
  counted.dense = true;
  counted.count = 0;
  for (const hash of hashes) setBit(counted, hash);
}

function isMarked({ dense, marks }: DistinctCount, hash: number): boolean {
  return dense ? ((marks[wordOf(hash)] ?? 0) & (1 << (hash & 31))) !== 0 : marks.includes(hash);
}

function setBit(counted: DistinctCount, hash: number): void {
  const word = wordOf(hash);
  const before = counted.marks[word] ?? 0;
  const after = before | (1 << (hash & 31));
  if (after === before) return;
  counted.marks[word] = after;
  counted.count += 1;
}

function wordOf(hash: number): number {
  return (hash >>> 5) % WORDS;
}

/** FNV-1a, 32 bits, with a final mix so that its low bits are as good as its high ones. */
function hashOf(text: string): number {
  const { length } = text;
  const head = length > LONG ? HEAD : length;
  let hash = mixRange(0x811c9dc5, text, 0, head);
  if (head < length) hash = mixRange(hash, text, length - TAIL, length);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

function mixRange(seed: number, text: string, from: number, to: number): number {
  let hash = seed;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

import type { BitWindow } from '../../windows/bit-window.ts';

/** Identities kept of a repository's signatures, and of its attestations; the one unseen for longest is forgotten. */
export const MAX_IDENTITIES = 6;
/** Digests whose signature was counted, as 64 bits each; the oldest is forgotten. */
export const MAX_COUNTED = 16;

/** Attestations, signatures and rebuilds of the images of a repository; each part begins with its first event. */
export type EvidenceView = {
  provenance?: SignerHabit;
  signatures?: SignerHabit;
  /** Of the last first taggings since the first signature: did they get one, in the end? */
  signed?: BitWindow;
  /** When a push that stayed unsigned was counted last. */
  lastUnsigned?: number;
  /** Longest recent delay from a push to its signature; decays with each one. */
  signatureDelay?: number;
  /** Digests that have a signature, or whose tagging was counted, packed. */
  counted?: string;
  rebuilds?: RebuildHabit;
};

/** Who signs here. */
export type SignerHabit = {
  total: number;
  /** Of the last ones: were they verified here, and had they expired when they came? */
  readonly verified: BitWindow;
  readonly expired: BitWindow;
  identities: IdentityView[];
};

export type IdentityView = {
  /** As identity.ts writes it. */
  readonly id: string;
  readonly first: number;
  last: number;
  count: number;
  /** The last key id, and how many signatures in a row had it. */
  key: string;
  keyCount: number;
};

export type RebuildHabit = {
  /** Of the comparisons that count as habit: did the rebuild match? A mismatch after matches is never one. */
  readonly matches: BitWindow;
  /** Mismatches in a row since the last match, when the first of them came, and what its digest was. */
  mismatches: number;
  since: number;
};

export function createSignerHabit(): SignerHabit {
  return {
    total: 0,
    verified: { bits: 0, count: 0 },
    expired: { bits: 0, count: 0 },
    identities: [],
  };
}

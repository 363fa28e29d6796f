import { type ImageRecord, shareKind } from './image-record.ts';

/** An image and the last one that was made of the same things for the same purpose. */
export type Comparison = {
  readonly before: ImageRecord;
  readonly after: ImageRecord;
  /** The base is the same: known on both sides and equal, or known on neither. */
  readonly base: 'same' | 'changed' | 'unknown';
  /** The layers, as a whole; undefined while a side does not say. */
  readonly layers: 'same' | 'differ' | undefined;
  /** How many layers from the top down are equal. */
  readonly above: number;
  readonly packages: 'same' | 'differ' | undefined;
  /** What of the config differs; what a side does not say does not. */
  readonly config: readonly ('entrypoint' | 'user' | 'environment')[];
};

/**
 * The newest image of the same commit and script, for the same platform and under a common tag: what ought to hold the
 * same. Undefined while the commit is not known.
 */
export function twinOf(
  images: readonly ImageRecord[],
  after: ImageRecord,
): ImageRecord | undefined {
  if (after.commit === '') return undefined;
  for (let at = images.length - 1; at >= 0; at -= 1) {
    const before = images[at];
    if (before !== undefined && isTwin(before, after)) return before;
  }
  return undefined;
}

/**
 * The newest image of the same commit and script for the same platform under other tags: a second build of the same
 * source, or another variant of it; only the repository's own habit says which.
 */
export function cousinOf(
  images: readonly ImageRecord[],
  after: ImageRecord,
): ImageRecord | undefined {
  if (after.commit === '' || after.script === '') return undefined;
  return images.findLast(
    (before) =>
      before.commit === after.commit &&
      before.digest !== after.digest &&
      before.platform === after.platform &&
      before.script === after.script &&
      before.base === after.base &&
      !shareKind(before, after),
  );
}

/** The newest other image under a common tag for the same platform, whatever it was made of. */
export function predecessorOf(
  images: readonly ImageRecord[],
  after: ImageRecord,
): ImageRecord | undefined {
  for (let at = images.length - 1; at >= 0; at -= 1) {
    const before = images[at];
    if (before === undefined || before.digest === after.digest) continue;
    if (before.platform === after.platform && shareKind(before, after)) return before;
  }
  return undefined;
}

export function compareRecords(before: ImageRecord, after: ImageRecord): Comparison {
  const [left, right] = comparableLayers(before, after);
  const layers = left === '' || right === '' ? undefined : isSame(before, after, left, right);
  return {
    before,
    after,
    base: compareBases(before, after),
    layers: before.config !== '' && before.config === after.config ? 'same' : layers,
    above: sharedAbove(left, right),
    packages:
      before.packages === '' || after.packages === ''
        ? undefined
        : before.packages === after.packages
          ? 'same'
          : 'differ',
    config: [
      ...(differ(before.entry, after.entry) ? (['entrypoint'] as const) : []),
      ...(differ(before.user, after.user) ? (['user'] as const) : []),
      ...(differ(before.variables, after.variables) ? (['environment'] as const) : []),
    ],
  };
}

const LAYER = 10;

/** The digests that both sides know, uncompressed ones first. */
export function comparableLayers(
  before: ImageRecord,
  after: ImageRecord,
): readonly [string, string] {
  return before.contents !== '' && after.contents !== ''
    ? [before.contents, after.contents]
    : [before.layers, after.layers];
}

/** The packed digests, one by one, lowest first. */
export function splitLayers(packed: string): readonly string[] {
  return packed.match(/.{10}/g) ?? [];
}

function isTwin(before: ImageRecord, after: ImageRecord): boolean {
  return (
    before.commit === after.commit &&
    before.digest !== after.digest &&
    before.platform === after.platform &&
    !differ(before.script, after.script) &&
    !differ(before.baseName, after.baseName) &&
    shareKind(before, after)
  );
}

function compareBases(before: ImageRecord, after: ImageRecord): Comparison['base'] {
  if (before.base === '' && after.base === '') return 'unknown';
  if (before.base === '' || after.base === '') return 'unknown';
  return before.base === after.base ? 'same' : 'changed';
}

function isSame(
  before: ImageRecord,
  after: ImageRecord,
  left: string,
  right: string,
): 'same' | 'differ' {
  return left === right && before.depth === after.depth ? 'same' : 'differ';
}

function sharedAbove(left: string, right: string): number {
  let shared = 0;
  let [i, j] = [left.length - LAYER, right.length - LAYER];
  while (i >= 0 && j >= 0 && left.slice(i, i + LAYER) === right.slice(j, j + LAYER)) {
    shared += 1;
    [i, j] = [i - LAYER, j - LAYER];
  }
  return shared;
}

function differ(one: string, other: string): boolean {
  return one !== '' && other !== '' && one !== other;
}

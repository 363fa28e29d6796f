import type { LayerAt, LayersDiff } from './diff-images.ts';
import type { PlatformDescription } from './image-description.ts';

/**
 * Aligns the layers of two images from the bottom up: what both have in the same order stays, the rest is replaced
 * where both sides have something in the same gap, and added or removed otherwise. Compares the uncompressed digests
 * where both sides know them, else the compressed ones; undefined when there is nothing to compare by.
 */
export function diffLayers(
  from: PlatformDescription,
  to: PlatformDescription,
): LayersDiff | undefined {
  const content = from.diffIds !== undefined && to.diffIds !== undefined;
  const before = content ? idsOf(from) : from.layers;
  const after = content ? idsOf(to) : to.layers;
  if (before === undefined || after === undefined) return undefined;

  const left: readonly LayerAt[] = before.map((layer, at) => ({ ...layer, at }));
  const right: readonly LayerAt[] = after.map((layer, at) => ({ ...layer, at }));
  const kept = longestCommon(left, right);
  const added: LayerAt[] = [];
  const removed: LayerAt[] = [];
  const replaced: LayersDiff['replaced'][number][] = [];
  let [i, j] = [0, 0];
  for (const [keptLeft, keptRight] of [...kept, [left.length, right.length] as const]) {
    const gone = left.slice(i, keptLeft);
    const come = right.slice(j, keptRight);
    for (let at = 0; at < Math.max(gone.length, come.length); at += 1) {
      const [old, fresh] = [gone[at], come[at]];
      if (old !== undefined && fresh !== undefined) {
        replaced.push({ at: fresh.at, from: old, to: fresh });
      } else if (fresh !== undefined) added.push(fresh);
      else if (old !== undefined) removed.push(old);
    }
    [i, j] = [keptLeft + 1, keptRight + 1];
  }
  const whole = kept.length === left.length && kept.length === right.length;
  const within = placeOf(
    [...removed, ...replaced.map((one) => one.from)],
    [...added, ...replaced.map((one) => one.to)],
    from,
    to,
  );
  return {
    sharedPrefix: sharedPrefix(left, right),
    from: left.length,
    to: right.length,
    added,
    removed,
    replaced,
    recompressed: content && whole && isPackedOtherwise(from, to),
    ...(within === undefined ? {} : { within }),
  };
}

function idsOf({ diffIds, layers }: PlatformDescription): PlatformDescription['layers'] {
  return diffIds?.map((digest, at) => ({ digest, size: layers?.[at]?.size }));
}

function sharedPrefix(left: readonly LayerAt[], right: readonly LayerAt[]): number {
  let shared = 0;
  while (shared < left.length && left[shared]?.digest === right[shared]?.digest) shared += 1;
  return shared;
}

/** Pairs of positions of a longest common subsequence. The event schema allows 512 layers a side. */
function longestCommon(
  left: readonly LayerAt[],
  right: readonly LayerAt[],
): readonly (readonly [number, number])[] {
  const width = right.length + 1;
  const lengths = new Uint16Array((left.length + 1) * width);
  const lengthAt = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        left[i]?.digest === right[j]?.digest
          ? lengthAt(i + 1, j + 1) + 1
          : Math.max(lengthAt(i + 1, j), lengthAt(i, j + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    if (left[i]?.digest === right[j]?.digest) {
      pairs.push([i, j]);
      [i, j] = [i + 1, j + 1];
    } else if (lengthAt(i + 1, j) >= lengthAt(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}

function placeOf(
  gone: readonly LayerAt[],
  come: readonly LayerAt[],
  from: PlatformDescription,
  to: PlatformDescription,
): LayersDiff['within'] {
  const [before, after] = [from.baseLayers, to.baseLayers];
  if (before === undefined || after === undefined || gone.length + come.length === 0) {
    return undefined;
  }
  const inBase = gone.some(({ at }) => at < before) || come.some(({ at }) => at < after);
  const above = gone.some(({ at }) => at >= before) || come.some(({ at }) => at >= after);
  return inBase && above ? 'both' : inBase ? 'base' : 'application';
}

function isPackedOtherwise(from: PlatformDescription, to: PlatformDescription): boolean {
  if (from.layers === undefined || to.layers === undefined) return false;
  return from.layers.some(({ digest }, at) => to.layers?.[at]?.digest !== digest);
}

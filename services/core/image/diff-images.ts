import { diffConfig } from './diff-config.ts';
import { diffLayers } from './diff-layers.ts';
import { diffPackages } from './diff-packages.ts';
import type { ImageDescription, PlatformDescription } from './image-description.ts';

/** Aspects of an image that can be compared. */
type Aspect = 'layers' | 'base' | 'config' | 'packages' | 'size';

export type ImageDiff = {
  /** Nothing that both sides know differs; see `unknown` of each platform for what they do not know. */
  readonly same: boolean;
  readonly platforms: readonly PlatformDiff[];
};

export type PlatformDiff = {
  readonly platform: string;
  readonly kind: 'same' | 'changed' | 'added' | 'removed';
  readonly layers?: LayersDiff;
  readonly base?: Change<{
    readonly name?: string | undefined;
    readonly digest?: string | undefined;
  }>;
  readonly config: readonly ConfigChange[];
  readonly packages?: PackagesDiff;
  readonly size?: Change<number>;
  /** What at least one side says nothing about. */
  readonly unknown: readonly Aspect[];
};

type Change<T> = { readonly from: T; readonly to: T };

/** Positions count from the bottom, from 0. */
export type LayersDiff = {
  /** Layers at the bottom that both images share: what they have of a common base. */
  readonly sharedPrefix: number;
  readonly from: number;
  readonly to: number;
  readonly added: readonly LayerAt[];
  readonly removed: readonly LayerAt[];
  readonly replaced: readonly {
    readonly at: number;
    readonly from: LayerAt;
    readonly to: LayerAt;
  }[];
  /** All layers hold the same files; only their compression differs. */
  readonly recompressed: boolean;
  /** Where the differences lie, when it is known how many layers belong to the base. */
  readonly within?: 'base' | 'application' | 'both';
};

export type LayerAt = {
  readonly at: number;
  readonly digest: string;
  readonly size?: number | undefined;
};

export type ConfigChange = {
  readonly kind: 'entrypoint' | 'command' | 'user' | 'environment' | 'label';
  /** Name of the variable or label. */
  readonly name?: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Never the value of a variable: its digest. */
  readonly from?: string;
  readonly to?: string;
};

export type PackagesDiff = {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly upgraded: readonly PackageChange[];
  readonly downgraded: readonly PackageChange[];
};

export type PackageChange = {
  /** Package URL without its version. */
  readonly name: string;
  readonly from: string;
  readonly to: string;
};

/**
 * Compares two images part by part and platform by platform, in a fixed order, so that equal descriptions give equal
 * diffs. Only what both sides know is compared. Where each side knows one platform and one of them does not name it,
 * the two are compared with each other.
 */
export function diffImages(from: ImageDescription, to: ImageDescription): ImageDiff {
  const platforms = pairPlatforms(from.platforms, to.platforms).map(diffPlatforms);
  return { same: platforms.every(({ kind }) => kind === 'same'), platforms };
}

type Pair = {
  readonly platform: string;
  readonly from: PlatformDescription | undefined;
  readonly to: PlatformDescription | undefined;
};

function pairPlatforms(
  from: readonly PlatformDescription[],
  to: readonly PlatformDescription[],
): readonly Pair[] {
  const [oneFrom, oneTo] = [from[0], to[0]];
  if (from.length === 1 && to.length === 1 && oneFrom !== undefined && oneTo !== undefined) {
    if (oneFrom.platform === '' || oneTo.platform === '') {
      return [{ platform: oneFrom.platform || oneTo.platform, from: oneFrom, to: oneTo }];
    }
  }
  const before = new Map(from.map((one) => [one.platform, one]));
  const after = new Map(to.map((one) => [one.platform, one]));
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .map((platform) => ({ platform, from: before.get(platform), to: after.get(platform) }));
}

function diffPlatforms({ platform, from, to }: Pair): PlatformDiff {
  if (from === undefined || to === undefined) {
    return { platform, kind: from === undefined ? 'added' : 'removed', config: [], unknown: [] };
  }
  const layers = diffLayers(from, to);
  const base = diffBase(from, to);
  const config = diffConfig(from, to);
  const packages =
    from.packages === undefined || to.packages === undefined
      ? undefined
      : diffPackages(from.packages, to.packages);
  const size =
    from.size === undefined || to.size === undefined || from.size === to.size
      ? undefined
      : { from: from.size, to: to.size };
  const changed =
    (layers !== undefined && differs(layers)) ||
    base !== undefined ||
    config.changes.length > 0 ||
    (packages !== undefined && Object.values(packages).some((list) => list.length > 0)) ||
    size !== undefined;
  return {
    platform,
    kind: changed ? 'changed' : 'same',
    ...(layers === undefined ? {} : { layers }),
    ...(base === undefined ? {} : { base }),
    config: config.changes,
    ...(packages === undefined ? {} : { packages }),
    ...(size === undefined ? {} : { size }),
    unknown: [
      ...(layers === undefined ? (['layers'] as const) : []),
      ...(from.baseImage === undefined || to.baseImage === undefined ? (['base'] as const) : []),
      ...(config.compared ? [] : (['config'] as const)),
      ...(packages === undefined ? (['packages'] as const) : []),
      ...(from.size === undefined || to.size === undefined ? (['size'] as const) : []),
    ],
  };
}

/** Other compression is a difference of bytes, though not of content. */
function differs({ added, removed, replaced, recompressed }: LayersDiff): boolean {
  return added.length + removed.length + replaced.length > 0 || recompressed;
}

function diffBase(from: PlatformDescription, to: PlatformDescription): PlatformDiff['base'] {
  const [before, after] = [from.baseImage, to.baseImage];
  if (before === undefined || after === undefined) return undefined;
  const renamed = isOther(before.name, after.name);
  return renamed || isOther(before.digest, after.digest) ? { from: before, to: after } : undefined;
}

/** Both are known, and they differ. */
function isOther(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

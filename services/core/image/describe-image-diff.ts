import type {
  ConfigChange,
  ImageDiff,
  LayersDiff,
  PackagesDiff,
  PlatformDiff,
} from './diff-images.ts';

/** Names listed of each kind; a person who needs the rest reads the JSON. */
const MAX_LISTED = 8;

/** The diff as lines that a person reads, one statement a line; a platform's name comes first where there is one. */
export function describeImageDiff(diff: ImageDiff): readonly string[] {
  return diff.platforms.flatMap((platform) => {
    const name = platform.platform === '' ? '' : `${platform.platform}: `;
    return describePlatform(platform).map((line) => `${name}${line}`);
  });
}

function describePlatform(platform: PlatformDiff): readonly string[] {
  if (platform.kind === 'added') return ['platform added'];
  if (platform.kind === 'removed') return ['platform removed'];
  const { layers, base, config, packages, size, unknown } = platform;
  const lines = [
    ...(base === undefined ? [] : [`base image ${baseOf(base.from)} → ${baseOf(base.to)}`]),
    ...(layers === undefined ? [] : describeLayers(layers)),
    ...config.map(describeConfig),
    ...(packages === undefined ? [] : describePackages(packages)),
    ...(size === undefined ? [] : [`size ${size.from} → ${size.to} bytes`]),
  ];
  return [
    ...(platform.kind === 'same' ? ['no difference'] : lines),
    ...(unknown.length === 0 ? [] : [`not compared, because unknown: ${unknown.join(', ')}`]),
  ];
}

function describeLayers(layers: LayersDiff): readonly string[] {
  const { sharedPrefix, from, to, added, removed, replaced, recompressed, within } = layers;
  if (recompressed) return [`all ${to} layers hold the same files, compressed otherwise`];
  const counts = [
    ...(replaced.length === 0 ? [] : [`${replaced.length} replaced`]),
    ...(added.length === 0 ? [] : [`${added.length} added`]),
    ...(removed.length === 0 ? [] : [`${removed.length} removed`]),
  ];
  if (counts.length === 0) return [];
  const place = within === undefined ? '' : `, ${WITHIN[within]}`;
  const head = `layers: ${counts.join(', ')}; the first ${sharedPrefix} of ${from} (now ${to}) are shared${place}`;
  const details = [
    ...replaced.map((one) => `  layer ${one.at}: ${one.from.digest} → ${one.to.digest}`),
    ...added.map((layer) => `  layer ${layer.at}: + ${layer.digest}`),
    ...removed.map((layer) => `  layer ${layer.at}: - ${layer.digest}`),
  ];
  return [head, ...cut(details)];
}

const WITHIN = {
  base: 'all of it in the base image',
  application: 'all of it above the base image',
  both: 'in the base image and above it',
} as const;

function describeConfig({ kind, name, change, from, to }: ConfigChange): string {
  const what =
    kind === 'environment' ? `variable ${name}` : kind === 'label' ? `label ${name}` : kind;
  // A variable's value is only known as a digest, which tells a person nothing.
  const values =
    kind === 'environment' || change !== 'changed' ? '' : `: ${from ?? ''} → ${to ?? ''}`;
  return `${what} ${change}${values}`;
}

function describePackages(packages: PackagesDiff): readonly string[] {
  const changes = (list: PackagesDiff['upgraded']): readonly string[] =>
    list.map(({ name, from, to }) => `${name} ${from} → ${to}`);
  return [
    ...listed('packages added', packages.added),
    ...listed('packages removed', packages.removed),
    ...listed('packages downgraded', changes(packages.downgraded)),
    ...listed('packages upgraded', changes(packages.upgraded)),
  ];
}

function listed(head: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  return [`${head} (${names.length}):`, ...cut(names.map((name) => `  ${name}`))];
}

function cut(lines: readonly string[]): readonly string[] {
  if (lines.length <= MAX_LISTED) return lines;
  return [...lines.slice(0, MAX_LISTED), `  … and ${lines.length - MAX_LISTED} more`];
}

function baseOf({
  name,
  digest,
}: {
  readonly name?: string | undefined;
  readonly digest?: string | undefined;
}): string {
  if (digest === undefined) return name ?? 'unknown';
  return name === undefined ? digest : `${name}@${digest}`;
}

import type { Entry, EventOf } from '../../core/events/event.ts';
import type { ImageDescription, PlatformDescription } from '../../core/image/image-description.ts';
import type { KnownImage } from './image-entries.ts';

/** What the ledger's entries say an image is made of; later entries are believed over earlier ones. */
export function describeImage(image: KnownImage): ImageDescription {
  const { digest, entries, children } = image;
  const parts = children.filter((child) => child.entries.length > 0);
  const platforms =
    parts.length > 0
      ? parts.map((child) => describeManifest(child.digest, child.entries, platformsOf(image)))
      : [describeManifest(digest, entries, platformsOf(image))];
  return { digest, platforms };
}

/** Platforms that an index gives its parts. */
function platformsOf({ entries }: KnownImage): ReadonlyMap<string, string> {
  return new Map(
    entries.flatMap(({ event }) =>
      event.type === 'artifact.pushed'
        ? (event.data.children ?? []).map(({ digest, platform }): [string, string] => [
            digest,
            platformName(platform),
          ])
        : [],
    ),
  );
}

function describeManifest(
  digest: string,
  entries: readonly Entry[],
  platforms: ReadonlyMap<string, string>,
): PlatformDescription {
  let known: PlatformDescription = { platform: platforms.get(digest) ?? '', digest };
  for (const { event } of entries) {
    switch (event.type) {
      case 'artifact.pushed':
        known = { ...known, ...ofPush(event.data, known) };
        break;
      case 'artifact.inspected':
        known = { ...known, ...ofInspection(event.data, known) };
        break;
      case 'sbom.attached':
        known = { ...known, packages: event.data.components.map(({ purl }) => purl) };
        break;
      case 'build.finished':
        if (event.data.baseImage !== undefined && known.baseImage === undefined)
          known = { ...known, baseImage: event.data.baseImage };
        break;
      // The others say nothing of what is inside.
      default:
        break;
    }
  }
  return known;
}

function ofPush(
  data: EventOf<'artifact.pushed'>['data'],
  known: PlatformDescription,
): PlatformDescription {
  const { platform, layers, labels, baseImage, size } = data;
  return {
    ...known,
    ...(platform === undefined ? {} : { platform: platformName(platform) }),
    ...(layers === undefined
      ? {}
      : { layers: layers.map(({ digest, size }) => ({ digest, size })) }),
    ...(labels === undefined ? {} : { labels }),
    ...(baseImage === undefined ? {} : { baseImage }),
    ...(size === undefined ? {} : { size }),
  };
}

function ofInspection(
  data: EventOf<'artifact.inspected'>['data'],
  known: PlatformDescription,
): PlatformDescription {
  const { platform, entrypoint, command, user, environment, labels, diffIds, baseImage, packages } =
    data;
  return {
    ...known,
    ...(platform === undefined ? {} : { platform: platformName(platform) }),
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(command === undefined ? {} : { command }),
    ...(user === undefined ? {} : { user }),
    ...(environment === undefined ? {} : { environment }),
    ...(labels === undefined ? {} : { labels }),
    ...(diffIds === undefined ? {} : { diffIds }),
    ...(baseImage === undefined ? {} : { baseImage }),
    ...(packages === undefined ? {} : { packages: packages.map(({ purl }) => purl) }),
  };
}

function platformName(
  platform:
    | { readonly os: string; readonly architecture: string; readonly variant?: string }
    | undefined,
): string {
  if (platform === undefined) return '';
  const { os, architecture, variant } = platform;
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

import { toHex, utf8 } from '../../../services/core/bytes.ts';
import type { EventOf, ProvostEvent } from '../../../services/core/events/event.ts';
import { splitPurl } from '../../../services/core/image/diff-packages.ts';
import { sha256 } from '../../../services/core/merkle/hash-leaf.ts';
import { createMemo } from '../memo.ts';
import { repositoryOfImage } from '../pipelines/bases.ts';
import { hashText } from '../taints/use-keys.ts';
import { cutDigest, EMPTY_RECORD, type ImageRecord } from './image-record.ts';
import { createNameFilter } from './name-filter.ts';

/** Layers kept of an image, the uppermost; below them lies the base. */
const MAX_LAYERS = 24;
/** Tags of an image by which another is known to be its successor. */
const MAX_KINDS = 4;

/** Names of bases, and configs of images, that are remembered with what they are cut to. */
const MAX_BASE_NAMES = 1024;
const MAX_CONFIGS = 4096;

/** The same few builders and scripts build everything, and writing a number of 53 bits is slow. */
const shortHash = createMemo(MAX_BASE_NAMES, (text) => hashText(text).toString(36));

/** The images of a repository have the same few configs: each is hashed once. */
const digestOfText = createMemo(MAX_CONFIGS, (text) => toHex(sha256(utf8(text))).slice(0, 16));

/** What an event says about one image of a repository. */
export type ImageFacts = {
  readonly repository: string;
  readonly record: ImageRecord;
  /** Names of its packages, without versions; absent when the event does not say. */
  readonly packageNames?: readonly string[];
};

type ContentEvent = EventOf<'artifact.pushed' | 'artifact.inspected' | 'sbom.attached'>;

/** The last event read, because detectors and the learner ask one after the other. It only saves the reading. */
let last:
  | {
      readonly event: ProvostEvent;
      readonly at: number;
      readonly facts: ImageFacts | undefined;
    }
  | undefined;

/** What an event says of an image's content; undefined when that is nothing, which is the answer for most pushes. */
export function imageFactsOf(event: ProvostEvent, at: number): ImageFacts | undefined {
  if (last?.event !== event || last.at !== at) last = { event, at, facts: readFacts(event, at) };
  return last.facts;
}

function readFacts(event: ProvostEvent, at: number): ImageFacts | undefined {
  switch (event.type) {
    case 'artifact.pushed':
      return pushedFacts(event, at);
    case 'artifact.inspected':
      return inspectedFacts(event, at);
    case 'sbom.attached':
      return listedFacts(event, at);
    // No other type says what is inside an image.
    default:
      return undefined;
  }
}

export function isContentEvent(event: ProvostEvent): event is ContentEvent {
  return (
    event.type === 'artifact.pushed' ||
    event.type === 'artifact.inspected' ||
    event.type === 'sbom.attached'
  );
}

function pushedFacts({ data }: EventOf<'artifact.pushed'>, at: number): ImageFacts | undefined {
  const { layers, configDigest, baseImage, labels, children } = data;
  // An index is made of its children; they are what has content.
  if (children !== undefined && children.length > 0) return undefined;
  const commit = labels?.[REVISION] ?? data.annotations?.[REVISION] ?? '';
  if (!layers && !configDigest && !baseImage && commit === '') return undefined;
  const { repository, record } = bareFacts(data, at);
  return {
    repository,
    record: {
      ...record,
      commit: cutCommit(commit),
      claimed: commit !== '',
      ...baseFacts(baseImage),
      config: configDigest === undefined ? '' : cutDigest(configDigest),
      layers: layers === undefined ? '' : packLayers(layers.map(({ digest }) => digest)),
      depth: layers === undefined ? -1 : layers.length,
    },
  };
}

/** What even a push that says nothing of the content says of the image: for one of which a build has told more. */
export function bareFacts(
  { repository, digest, platform, tags }: EventOf<'artifact.pushed'>['data'],
  at: number,
): ImageFacts {
  return {
    repository,
    record: {
      ...EMPTY_RECORD,
      digest: cutDigest(digest),
      platform: platformName(platform),
      kinds: tags.length === 0 ? '' : kindsOf(tags),
      at,
    },
  };
}

function inspectedFacts({ data }: EventOf<'artifact.inspected'>, at: number): ImageFacts {
  const { entrypoint, command, user, environment, packages, baseImage, diffIds } = data;
  const commit = data.labels?.[REVISION] ?? '';
  const purls = packages?.map(({ purl }) => purl);
  const names = purls && namesOf(purls);
  return {
    repository: data.repository,
    record: {
      ...EMPTY_RECORD,
      digest: cutDigest(data.digest),
      platform: platformName(data.platform),
      commit: cutCommit(commit),
      claimed: commit !== '',
      ...baseFacts(baseImage),
      contents: diffIds === undefined ? '' : packLayers(diffIds),
      depth: diffIds === undefined ? -1 : diffIds.length,
      entry:
        entrypoint === undefined && command === undefined ? '' : digestOf([entrypoint, command]),
      user: user === undefined ? '' : digestOf(user),
      variables:
        environment === undefined ? '' : digestOf(environment.map(({ name }) => name).sort()),
      ...packageFacts(purls, names),
      at,
    },
    ...(names === undefined ? {} : { packageNames: names }),
  };
}

const ROOTS: ReadonlySet<string> = new Set(
  ['', 'root', '0', '0:0', 'root:root', 'root:0', '0:root'].map((user) => digestOf(user)),
);

/** Whether the user of a record is root, which an image that names nobody runs as; an unknown one is not. */
export function isRoot(user: string): boolean {
  return ROOTS.has(user);
}

function listedFacts({ data }: EventOf<'sbom.attached'>, at: number): ImageFacts | undefined {
  if (data.repository === undefined || data.components.length === 0) return undefined;
  const purls = data.components.map(({ purl }) => purl);
  const names = namesOf(purls);
  return {
    repository: data.repository,
    record: { ...EMPTY_RECORD, digest: cutDigest(data.digest), ...packageFacts(purls, names), at },
    packageNames: names,
  };
}

/** What made an image: from a build run that names it, or from provenance that was verified here. */
export function inputFacts(
  data: EventOf<'build.finished'>['data'] | EventOf<'attestation.attached'>['data'],
): Partial<ImageRecord> {
  const script =
    'workflow' in data && data.workflow !== undefined
      ? shortHash(`${data.workflow.path}\n${data.workflow.digest ?? ''}`)
      : '';
  return {
    commit: cutCommit(data.commit ?? ''),
    claimed: false,
    script,
    builder: data.builderId === undefined ? '' : shortHash(data.builderId),
    ...('baseImage' in data ? baseFacts(data.baseImage) : {}),
  };
}

/** Registry and repository of a base, as its name in the habit of the repository. */
export const baseNameOf: (name: string) => string = createMemo(MAX_BASE_NAMES, (name) => {
  const path = repositoryOfImage(name);
  const at = name.indexOf(path);
  return `${at > 0 ? name.slice(0, at) : ''}${path}`.slice(0, 160);
});

/**
 * The tags by which a later image is the same thing built again: exact names, with dates and commits replaced, because
 * a nightly build names itself after its day. Each as 24 bits.
 */
export function kindsOf(tags: readonly string[]): string {
  const names = new Set<string>();
  for (const tag of tags.slice(0, 16)) {
    names.add(MAYBE_DATE_OR_COMMIT.test(tag) ? tag.replace(DATE_OR_COMMIT, '#') : tag);
  }
  let kinds = '';
  for (const name of [...names].sort().slice(0, MAX_KINDS)) {
    kinds += (hashText(name) % 2 ** 24).toString(16).padStart(6, '0');
  }
  return kinds;
}

/** Looks around nowhere: most tags are neither, and this says so at once. */
const MAYBE_DATE_OR_COMMIT = /[0-9a-f]{7}/;
const DATE_OR_COMMIT =
  /\d{8,14}|(?<![0-9a-z])(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,40}(?![0-9a-z])/g;
const REVISION = 'org.opencontainers.image.revision';

function baseFacts(
  base: { readonly name?: string | undefined; readonly digest?: string | undefined } | undefined,
): Pick<ImageRecord, 'base' | 'baseName'> {
  return {
    baseName: base?.name === undefined ? '' : baseNameOf(base.name),
    base: base?.digest === undefined ? '' : cutDigest(base.digest),
  };
}

function packageFacts(
  purls: readonly string[] | undefined,
  names: readonly string[] | undefined,
): Pick<ImageRecord, 'packages' | 'packageCount' | 'names'> {
  if (purls === undefined || names === undefined) {
    return { packages: '', packageCount: -1, names: '' };
  }
  return {
    packages: digestOf([...purls].sort().join('\n')),
    packageCount: purls.length,
    names: createNameFilter(names),
  };
}

function namesOf(purls: readonly string[]): readonly string[] {
  return [...new Set(purls.map((purl) => splitPurl(purl).name))];
}

function packLayers(digests: readonly string[]): string {
  let packed = '';
  for (const digest of digests.slice(-MAX_LAYERS))
    packed += cutDigest(digest).slice(0, 10).padEnd(10, '0');
  return packed;
}

function platformName(
  platform:
    | { readonly os: string; readonly architecture: string; readonly variant?: string | undefined }
    | undefined,
): string {
  if (platform === undefined) return '';
  const { os, architecture, variant } = platform;
  return (
    variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`
  ).slice(0, 40);
}

function cutCommit(commit: string): string {
  return commit.slice(0, 16);
}

function digestOf(value: unknown): string {
  return digestOfText(JSON.stringify(value ?? null));
}

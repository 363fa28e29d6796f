import { problem } from '../../core/errors.ts';
import type { EventType } from '../../core/events/catalogue.ts';
import type { Entry } from '../../core/events/event.ts';
import { fail, type Outcome, ok } from '../../core/outcome.ts';
import type { Ledger } from '../../ledger/ledger.ts';

/** An image as a person names it: `lab/tool`, `lab/tool:1.0`, `lab/tool@sha256:…`. */
export type ImageName = {
  readonly repository: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
};

/** An image that the ledger knows, with the entries that say something of it, oldest first. */
export type KnownImage = ImageName & {
  readonly digest: string;
  readonly entries: readonly Entry[];
  /** Manifests of an index, with the entries of each. */
  readonly children: readonly { readonly digest: string; readonly entries: readonly Entry[] }[];
};

type Reader = Pick<Ledger, 'search' | 'tagHistory'>;

const TYPES: readonly EventType[] = [
  'artifact.pushed',
  'tag.moved',
  'artifact.inspected',
  'sbom.attached',
  'build.finished',
  'attestation.attached',
  'signature.attached',
];
const MAX_ENTRIES = 100;
const MAX_CHILDREN = 16;

/** Reads `repository[:tag|@digest]`; undefined when it is not one. */
export function parseImageName(text: string): ImageName | undefined {
  const [, repository, tag, digest] =
    /^([a-z0-9][a-z0-9._/-]{0,254})(?::([A-Za-z0-9_][A-Za-z0-9._-]{0,127})|@([a-z0-9+._-]+:[A-Za-z0-9=_-]{1,200}))?$/.exec(
      text,
    ) ?? [];
  return repository === undefined ? undefined : { repository, tag, digest };
}

/** Finds the image in the ledger: the digest itself, what the tag points to, or what was pushed last. */
export async function findImage(ledger: Reader, name: ImageName): Promise<Outcome<KnownImage>> {
  const digest = name.digest ?? (await digestOf(ledger, name));
  if (digest === undefined) return fail(unknown(name));
  const entries = await entriesOf(ledger, name.repository, digest);
  if (entries.length === 0) return fail(unknown(name));
  const children = await Promise.all(
    childrenOf(entries).map(async (child) => ({
      digest: child,
      entries: await entriesOf(ledger, name.repository, child),
    })),
  );
  return ok({ ...name, digest, entries, children });
}

/** What the tag pointed to before, else what was pushed to the repository before; undefined for the first of all. */
export async function findPrevious(
  ledger: Reader,
  image: KnownImage,
): Promise<KnownImage | undefined> {
  const { repository, tag, digest } = image;
  const history = tag === undefined ? [] : await ledger.tagHistory({ repository, tag });
  const before = history.findLast(
    (change) => change.digest !== undefined && change.digest !== digest,
  );
  const previous =
    before === undefined
      ? await pushedBefore(ledger, image)
      : { repository, tag, digest: before.digest };
  if (previous === undefined) return undefined;
  const found = await findImage(ledger, previous);
  return found.ok ? found.value : undefined;
}

async function digestOf(ledger: Reader, { repository, tag }: ImageName) {
  if (tag !== undefined) return (await ledger.tagHistory({ repository, tag })).at(-1)?.digest;
  const { entries } = await ledger.search({
    repository,
    types: ['artifact.pushed'],
    order: 'newest',
    limit: 1,
  });
  const newest = entries[0]?.event;
  return newest?.type === 'artifact.pushed' ? newest.data.digest : undefined;
}

async function pushedBefore(ledger: Reader, image: KnownImage): Promise<ImageName | undefined> {
  const { entries } = await ledger.search({
    repository: image.repository,
    types: ['artifact.pushed'],
    order: 'newest',
    limit: 1000,
  });
  const own = new Set([image.digest, ...image.children.map(({ digest }) => digest)]);
  const first = image.entries.find(({ event }) => event.type === 'artifact.pushed');
  for (const { shard, index, event } of entries) {
    if (event.type !== 'artifact.pushed' || own.has(event.data.digest)) continue;
    // A manifest without a tag is a part of an index, and no image that people name.
    if (event.data.tags.length === 0) continue;
    if (first === undefined || (shard === first.shard && index < first.index))
      return {
        repository: image.repository,
        tag: event.data.tags[0],
        digest: event.data.digest,
      };
  }
  return undefined;
}

async function entriesOf(
  ledger: Reader,
  repository: string,
  digest: string,
): Promise<readonly Entry[]> {
  const { entries } = await ledger.search({
    digest,
    types: TYPES,
    order: 'newest',
    limit: MAX_ENTRIES,
  });
  return entries
    .filter(({ event }) => {
      const home = 'repository' in event.data ? event.data.repository : undefined;
      return home === undefined || home === repository;
    })
    .map(({ shard, index, event }) => ({ shard, index, event }))
    .sort((a, b) => a.shard - b.shard || a.index - b.index);
}

function childrenOf(entries: readonly Entry[]): readonly string[] {
  const children = entries.flatMap(({ event }) =>
    event.type === 'artifact.pushed' ? (event.data.children ?? []).map(({ digest }) => digest) : [],
  );
  return [...new Set(children)].slice(0, MAX_CHILDREN);
}

function unknown({ repository, tag, digest }: ImageName) {
  const name = `${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
  return problem('ledger.entry-missing', `the ledger knows no image ${name}`);
}

import type { Entry, EventOf } from '../../../services/core/events/event.ts';
import { createBitWindow, observe } from '../../windows/bit-window.ts';
import { withNewest } from '../../windows/kept-list.ts';
import { setNewest } from '../bounded-map.ts';
import { MIN_INPUTS } from '../evidence/releases-view.ts';
import { digestIn } from '../explain.ts';
import type { Learner } from '../learner.ts';
import { DAY } from '../limits.ts';
import type { ProjectView, RepositoryView } from '../project-view.ts';
import { shareDigest, shareText } from '../shared-text.ts';
import { compareRecords, cousinOf, twinOf } from './compare-records.ts';
import {
  type ContentView,
  createContentView,
  MAX_BASES,
  MAX_IMAGES,
  MAX_SECRETS,
  MAX_SIZES,
} from './content-view.ts';
import { bareFacts, type ImageFacts, imageFactsOf, inputFacts, kindsOf } from './image-facts.ts';
import {
  cutDigest,
  EMPTY_RECORD,
  type ImageRecord,
  mergeRecords,
  packInputs,
  packRecord,
  unpackInputs,
  unpackRecord,
} from './image-record.ts';
import { FINGERPRINT, secretsOf } from './secrets.ts';

/** Outputs of one run that are remembered; a run of more makes something other than images. */
const MAX_OUTPUTS = 64;
/** Images of a repository that keep the set of their package names. */
const NAMED_IMAGES = 3;

/** What images are made of, and of what their builds say they made them. */
export const contentLearner: Learner = {
  listensTo: [
    'artifact.pushed',
    'artifact.inspected',
    'sbom.attached',
    'build.finished',
    'attestation.attached',
  ],
  learn: (view, entry, at) => {
    const { event } = entry;
    switch (event.type) {
      case 'artifact.pushed':
        learnSize(view, event.data);
        learnIndex(view, event.data);
        learnImage(view, entry, at);
        learnSecrets(view, entry);
        return;
      case 'artifact.inspected':
        learnImage(view, entry, at);
        learnSecrets(view, entry);
        return;
      case 'sbom.attached':
        learnImage(view, entry, at);
        return;
      case 'build.finished': {
        if (event.data.outcome !== 'success' || event.data.outputs === undefined) return;
        const inputs = inputFacts(event.data);
        const packed = shareText(packInputs(inputs));
        for (const { digest, repository } of event.data.outputs.slice(0, MAX_OUTPUTS)) {
          learnInputs(view, digest, repository, inputs, packed, at);
        }
        return;
      }
      case 'attestation.attached': {
        const { digest, repository, verified, commit } = event.data;
        if (!verified || commit === undefined) return;
        // What the build said is more than what its attestation repeats.
        if (view.releases.inputs.has(cutDigest(digest)) || view.builds.has(digest)) return;
        const inputs = inputFacts(event.data);
        learnInputs(view, digest, repository, inputs, shareText(packInputs(inputs)), at);
        return;
      }
      // The learner hears no other type.
      default:
        return;
    }
  },
};

/** The image as it is known with what this event says; undefined when the event says nothing of its content. */
export function recordAfter(
  view: ProjectView,
  entry: Entry,
  at: number,
):
  | {
      readonly repository: string;
      readonly known: ImageRecord;
      readonly record: ImageRecord;
      readonly names?: readonly string[];
    }
  | undefined {
  const facts = imageFactsOf(entry.event, at) ?? builtFacts(view, entry.event, at);
  if (facts === undefined || !('digest' in entry.event.data)) return undefined;
  const content = view.repositories.get(facts.repository)?.content;
  const known = (content && findImage(content, facts.record.digest)) ?? {
    ...EMPTY_RECORD,
    ...unpackInputs(view.releases.inputs.get(facts.record.digest)),
  };
  const record = mergeRecords(known, facts.record);
  return {
    repository: facts.repository,
    known,
    record,
    ...(facts.packageNames === undefined ? {} : { names: facts.packageNames }),
  };
}

/** The image of a push that says nothing of it, when a build has said what it was made of. */
function builtFacts(view: ProjectView, event: Entry['event'], at: number): ImageFacts | undefined {
  if (event.type !== 'artifact.pushed' || (event.data.children?.length ?? 0) > 0) return undefined;
  if (!view.releases.inputs.has(cutDigest(event.data.digest))) return undefined;
  return bareFacts(event.data, at);
}

/**
 * The images as they are known with what a build, or verified provenance, now says of their inputs: those that were
 * here before it.
 */
export function recordsMadeOf(view: ProjectView, { event }: Entry): readonly KnownImage[] {
  if (event.type !== 'build.finished' && event.type !== 'attestation.attached') return [];
  const inputs = inputFacts(event.data);
  return madeBy(view, event).flatMap(({ digest, repository: name }) => {
    const repository = name === undefined ? undefined : view.repositories.get(name);
    const known = repository?.content && findImage(repository.content, cutDigest(digest));
    if (repository === undefined || known === undefined) return [];
    if (known.commit !== '' && !known.claimed) return [];
    const record = mergeRecords(known, { ...EMPTY_RECORD, ...inputs });
    return [{ repository, digest, known, record }];
  });
}

/** An image as it was known, and as it is known now. */
export type KnownImage = {
  readonly repository: RepositoryView;
  readonly digest: string;
  readonly known: ImageRecord;
  readonly record: ImageRecord;
  readonly names?: readonly string[];
};

function madeBy(
  view: ProjectView,
  event: EventOf<'build.finished' | 'attestation.attached'>,
): readonly { readonly digest: string; readonly repository?: string | undefined }[] {
  if (event.type === 'build.finished') {
    return event.data.outcome === 'success' ? (event.data.outputs ?? []).slice(0, MAX_OUTPUTS) : [];
  }
  return event.data.verified && !view.builds.has(event.data.digest) ? [event.data] : [];
}

/** The images that are remembered of a repository, oldest first. */
export function imagesOf(content: ContentView): readonly ImageRecord[] {
  return content.images.map(readRecord);
}

/** Those of them that were made of the commit: reads no other, because most images have a commit of their own. */
export function imagesOfCommit(content: ContentView, commit: string): readonly ImageRecord[] {
  if (commit === '') return [];
  return content.images.filter((packed) => packed.includes(commit)).map(readRecord);
}

/** Whether an event can show a drift: another image has its commit, or nothing vouches for its commit. */
export function hasKin(view: ProjectView, content: ContentView, event: Entry['event']): boolean {
  if (!('digest' in event.data) || event.data.digest === undefined) return false;
  const digest = cutDigest(event.data.digest);
  const known = findImage(content, digest) ?? unpackInputs(view.releases.inputs.get(digest));
  const { commit = '', claimed = false } = known;
  if (commit === '' || claimed) return true;
  return content.images.some((packed) => packed.includes(commit) && !packed.startsWith(digest));
}

function findImage(content: ContentView, digest: string): ImageRecord | undefined {
  const packed = content.images.find((image) => image.startsWith(digest));
  return packed === undefined ? undefined : readRecord(packed);
}

/** Records that were read lately, by their text: each event of an image reads it again. It only saves the reading. */
const READ = new Map<string, ImageRecord>();
const MAX_READ = 2048;

function readRecord(packed: string): ImageRecord {
  const read = READ.get(packed);
  if (read !== undefined) return read;
  if (READ.size >= MAX_READ) READ.clear();
  const record = unpackRecord(packed);
  READ.set(packed, record);
  return record;
}

function learnImage(view: ProjectView, entry: Entry, at: number): void {
  const after = recordAfter(view, entry, at);
  const repository = after && view.repositories.get(after.repository);
  if (after === undefined || repository === undefined) return;
  const content = contentOf(repository);
  keepImage(content, after.known, after.record);
  view.releases.inputs.delete(after.record.digest);
  learnBase(content, after.known, after.record, at);
}

/** A build or verified provenance says what an image was made of: before its push or, sometimes, after it. */
function learnInputs(
  view: ProjectView,
  digest: string,
  home: string | undefined,
  inputs: Partial<ImageRecord>,
  packed: string,
  at: number,
): void {
  const repository = home === undefined ? undefined : view.repositories.get(home);
  const content = repository?.content;
  if (content === undefined || findImage(content, cutDigest(digest)) === undefined) {
    const limit = MIN_INPUTS + view.repositories.size;
    // A cut text keeps the whole one: that of the digest is kept elsewhere anyway.
    setNewest(view.releases.inputs, cutDigest(shareDigest(digest)), packed, limit);
  }
  if (repository === undefined || content === undefined) return;
  const children = digestIn(repository, digest)?.children;
  for (const part of children === undefined ? [digest] : [digest, ...children]) {
    const known = findImage(content, cutDigest(part));
    if (known === undefined) continue;
    const record = mergeRecords(known, { ...EMPTY_RECORD, ...inputs });
    keepImage(content, known, record);
    learnBase(content, known, record, at);
  }
}

/** An index tells its parts under which tags they are sold, and what they were made of. */
function learnIndex(
  view: ProjectView,
  data: Extract<Entry['event'], { type: 'artifact.pushed' }>['data'],
): void {
  if (data.children === undefined || data.children.length === 0 || data.tags.length === 0) return;
  const content = view.repositories.get(data.repository)?.content;
  if (content === undefined) return;
  const inputs = unpackInputs(view.releases.inputs.get(cutDigest(data.digest)));
  const kinds = kindsOf(data.tags);
  for (const { digest } of data.children) {
    const known = findImage(content, cutDigest(digest));
    if (known === undefined) continue;
    keepImage(content, known, mergeRecords(known, { ...EMPTY_RECORD, ...inputs, kinds }));
  }
}

/** Keeps the image as the newest. */
function keepImage(content: ContentView, known: ImageRecord, record: ImageRecord): void {
  const packed = packRecord(countTwin(content, known, record));
  const rest = content.images.filter((image) => !image.startsWith(record.digest));
  // The set of names is the largest part of a record: only the last few images keep theirs.
  const old = rest[rest.length - NAMED_IMAGES];
  if (old !== undefined && readRecord(old).names !== '') {
    rest[rest.length - NAMED_IMAGES] = packRecord({ ...readRecord(old), names: '' });
  }
  content.images = withNewest(rest, packed, MAX_IMAGES);
}

/** Counts whether the image is what its twin was, as soon as both sides say so. */
function countTwin(content: ContentView, known: ImageRecord, record: ImageRecord): ImageRecord {
  const images = imagesOfCommit(content, record.commit);
  const twin = twinOf(images, record);
  if (twin === undefined) {
    countCousin(content, images, known, record);
    return record;
  }
  const now = compareRecords(twin, record);
  const before = twinOf([twin], known) === undefined ? undefined : compareRecords(twin, known);
  const sayLayers = now.layers !== undefined && before?.layers === undefined;
  if (now.base === 'changed') {
    if (!sayLayers || now.layers === 'same') return record;
    content.above ??= createBitWindow();
    observe(content.above, twin.own < 0 ? now.above > 0 : now.above >= twin.own);
    return { ...record, own: twin.own < 0 ? now.above : Math.min(twin.own, now.above) };
  }
  if (sayLayers) {
    content.same ??= createBitWindow();
    observe(content.same, now.layers === 'same');
  }
  if (now.packages !== undefined && before?.packages === undefined) {
    content.packages ??= createBitWindow();
    observe(content.packages, now.packages === 'same');
  }
  return record.own < 0 && twin.own >= 0 ? { ...record, own: twin.own } : record;
}

function countCousin(
  content: ContentView,
  images: readonly ImageRecord[],
  known: ImageRecord,
  record: ImageRecord,
): void {
  const cousin = cousinOf(images, record);
  const layers = cousin && compareRecords(cousin, record).layers;
  if (cousin === undefined || layers === undefined) return;
  const before = cousinOf([cousin], known);
  if (before !== undefined && compareRecords(cousin, known).layers !== undefined) return;
  content.cousins ??= createBitWindow();
  observe(content.cousins, layers === 'same');
}

function learnBase(
  content: ContentView,
  known: ImageRecord,
  record: ImageRecord,
  at: number,
): void {
  const { base, baseName } = record;
  if (base === '' && baseName === '') return;
  if (known.base === base && known.baseName === baseName && known.at !== 0) return;
  const bases = content.bases ?? [];
  const habit = bases.find((one) => one.name === baseName);
  if (habit === undefined) {
    const first = { first: at, last: at, count: 1, since: at, before: '' };
    content.bases = withNewest(bases, { name: baseName, digest: base, ...first }, MAX_BASES + 1);
    if (content.bases.length > MAX_BASES) forgetBase(content.bases);
    return;
  }
  habit.last = Math.max(habit.last, at);
  if (base === '' || base === habit.digest) {
    habit.count += 1;
    return;
  }
  if (habit.digest !== '') {
    content.baseChanges ??= { count: 0, first: at, last: at };
    // The images of one day move together: that is one change.
    if (content.baseChanges.count === 0 || at - content.baseChanges.last >= DAY / 2) {
      content.baseChanges.count += 1;
      content.baseChanges.last = at;
    }
  }
  habit.before = habit.digest;
  habit.digest = base;
  habit.first = at;
  habit.count = 1;
}

function forgetBase(bases: ContentView['bases'] & object): void {
  let oldest = 0;
  bases.forEach((base, at) => {
    if (base.last < (bases[oldest]?.last ?? 0)) oldest = at;
  });
  bases.splice(oldest, 1);
}

function learnSize(
  view: ProjectView,
  {
    repository,
    size,
    children,
    tags,
  }: Extract<Entry['event'], { type: 'artifact.pushed' }>['data'],
): void {
  if (size === undefined || size === 0 || tags.length === 0) return;
  if (children !== undefined && children.length > 0) return;
  const known = view.repositories.get(repository);
  if (known === undefined) return;
  const content = contentOf(known);
  content.sizes = withNewest(content.sizes, size, MAX_SIZES);
}

function learnSecrets(view: ProjectView, entry: Entry): void {
  const found = secretsOf(entry.event);
  if (found.length === 0 || !('repository' in entry.event.data)) return;
  const repository = view.repositories.get(entry.event.data.repository ?? '');
  if (repository === undefined) return;
  const content = contentOf(repository);
  let known = content.secrets ?? '';
  for (const { fingerprint } of found) {
    // Seen again, it is the newest again.
    const at = indexOfFingerprint(known, fingerprint);
    if (at >= 0) known = known.slice(0, at) + known.slice(at + FINGERPRINT);
    known = (known + fingerprint).slice(-MAX_SECRETS * FINGERPRINT);
  }
  content.secrets = known;
}

/** Where a fingerprint lies among the packed ones; -1 when it is not there. */
export function indexOfFingerprint(packed: string, fingerprint: string): number {
  for (let at = 0; at < packed.length; at += FINGERPRINT) {
    if (packed.startsWith(fingerprint, at)) return at;
  }
  return -1;
}

function contentOf(repository: RepositoryView): ContentView {
  repository.content ??= createContentView();
  return repository.content;
}

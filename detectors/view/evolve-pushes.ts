import type { Entry, EventOf } from '../../services/core/events/event.ts';
import { withNewest } from '../windows/kept-list.ts';
import { oldestOf, setBounded, setNewest } from './bounded-map.ts';
import { createRepositoryView } from './create-repository.ts';
import { actorOf, refOf, type TagChange, tagChangesOf } from './entry-facts.ts';
import { citeChildren } from './evolve-citations.ts';
import { addAwaitedTag, learnFirstTagging } from './evolve-provenance.ts';
import { digestIn, explain } from './explain.ts';
import {
  MAX_CLIENTS,
  MAX_LOOSE_DIGESTS,
  MAX_PROJECT_PUBLISHERS,
  MAX_PUBLISHERS,
  MAX_TAG_POINTS,
  MAX_TAGS,
  STRETCH,
} from './limits.ts';
import { createMemo } from './memo.ts';
import type { PublisherMap } from './packed-spans.ts';
import { recallPast, rememberPast } from './past-digests.ts';
import type {
  DigestView,
  EntryRef,
  ProjectView,
  PublisherView,
  RepositoryView,
  TagHabit,
  TagHabits,
  TagPoint,
  TagView,
} from './project-view.ts';
import { shareDigest, shareText } from './shared-text.ts';
import { type TagClass, tagClass } from './tag-class.ts';
import { createHabit, learnTagChange } from './tag-habit.ts';

type PushEntry = Entry & {
  readonly event: EventOf<'artifact.pushed' | 'tag.moved' | 'registry.snapshot-taken'>;
};

/** Folds what puts digests and tags into a repository: pushes, moves, and the registry's own listing. */
export function learnPush(view: ProjectView, entry: PushEntry, at: number): void {
  const { event } = entry;
  const repository = repositoryOf(view, event.data.repository, at);
  if (event.data.registry !== undefined && event.data.registry !== repository.registry) {
    repository.registry = shareText(event.data.registry);
  }
  const push: Push = {
    view,
    repository,
    at,
    by: shareText(actorOf(event)),
    ref: refOf(entry),
    opening: event.type === 'registry.snapshot-taken',
  };
  // The habits see the publisher as known or not before this push makes it known.
  const publisherKnown =
    push.by === '' || repository.publishers.size === 0 || repository.publishers.has(push.by);
  if (event.type === 'artifact.pushed') {
    const children = event.data.children?.map((child) => shareDigest(child.digest)) ?? [];
    const isTagged = tagChangesOf(event).length > 0;
    const known = enterDigest(push, event.data.digest, isTagged);
    if (children.length > 0) known.children = children;
    if (view.citations.has(known.digest)) citeChildren(view, known);
  }
  for (const change of tagChangesOf(event)) applyTagChange(push, change, publisherKnown);
  if (event.type === 'registry.snapshot-taken') {
    if (event.data.complete) removeUnlisted(push, new Set(event.data.tags.map(({ tag }) => tag)));
  } else if (push.by !== '') {
    const { client } = event.data;
    const family = clientFamily(client?.userAgent ?? '');
    learnPublisher(push, `${client?.tokenId ?? ''}\t${family}`);
  }
}

/** The first word of a user agent: `docker` of `docker/24.0 linux`. */
const clientFamily = createMemo(1024, (agent) => (agent.split(/[/ ]/, 1)[0] ?? '').slice(0, 64));

function repositoryOf(view: ProjectView, name: string, at: number): RepositoryView {
  let repository = view.repositories.get(name);
  if (repository === undefined) {
    repository = createRepositoryView(name, at);
    view.repositories.set(name, repository);
  }
  return repository;
}

/** One tag points to the digest no more; the last one to leave makes it loose. */
export function leaveDigest(repository: RepositoryView, digest: string): void {
  const known = repository.tagged.get(digest);
  if (known === undefined) return;
  known.tags -= 1;
  if (known.tags > 0) return;
  repository.tagged.delete(digest);
  forgetDigest(repository, known);
}

type Push = {
  readonly view: ProjectView;
  readonly repository: RepositoryView;
  readonly at: number;
  readonly by: string;
  readonly ref: EntryRef;
  readonly opening: boolean;
};

function applyTagChange(push: Push, change: TagChange, publisherKnown: boolean): void {
  const { view, repository, at, by, ref } = push;
  const { tag } = change;
  const known = repository.tags.get(tag);
  if (known !== undefined && !known.gone && known.digest === change.to) return;
  const digest = enterDigest(push, change.to, true);
  const from = known?.digest ?? change.from;
  const isFirst = !digest.everTagged;
  if (!push.opening && isFirst) {
    learnFirstTagging(view, repository, {
      digest,
      at,
      by,
      ref,
      publisherKnown,
      tag,
      from,
    });
  } else if (!push.opening) {
    addAwaitedTag(view, repository, change.to, { tag, from });
  }
  digest.everTagged = true;
  if (known !== undefined && !known.gone) leaveDigest(repository, known.digest);
  if (digest.tags === 0) {
    repository.loose?.delete(digest.digest);
    repository.tagged.set(digest.digest, digest);
  }
  digest.tags += 1;
  const explanation = explain(view, repository, digest.digest).kind;
  if (explanation === 'parts') digest.parts = true;
  const unexplained = explanation === 'none';
  pointTag(push, { tag, digest: digest.digest, from, unexplained });
}

const NO_POINTS: readonly TagPoint[] = [];

function habitOf(habits: TagHabits, kind: TagClass): TagHabit {
  habits[kind] ??= createHabit();
  return habits[kind];
}

function pointTag(
  push: Push,
  target: {
    readonly tag: string;
    readonly digest: string;
    readonly from: string | undefined;
    readonly unexplained: boolean;
  },
): void {
  const { repository, at, by, ref } = push;
  const { tag, digest, unexplained } = target;
  const known = repository.tags.get(tag);
  const habit = habitOf(repository.habits, tagClass(tag));
  if (known === undefined) {
    const view: TagView = {
      digest,
      gone: false,
      last: at,
      moves: target.from === undefined ? 0 : 1,
      moveDays: target.from === undefined ? 0 : 1,
      by,
      ref,
      unexplained,
    };
    if (repository.tags.size >= MAX_TAGS) forgetTag(repository);
    repository.tags.set(tag, view);
    // What was here before us is one observation of the class, however many tags it has.
    learnTagChange(habit, target.from !== undefined && !push.opening, at);
    return;
  }
  if (known.digest !== digest) {
    const left: TagPoint = {
      digest: known.digest,
      since: known.last,
      by: known.by,
      ref: known.ref,
      unexplained: known.unexplained,
    };
    known.before = withNewest(known.before ?? NO_POINTS, left, MAX_TAG_POINTS);
    known.moves += 1;
    if (known.moveDays === 0 || at - known.last >= STRETCH) known.moveDays += 1;
    learnTagChange(habit, true, at);
    known.unexplained = unexplained;
  }
  known.digest = digest;
  known.gone = false;
  known.last = at;
  known.by = by;
  known.ref = ref;
}

/** The digest's view; one that is new waits for its first tag, unless this very event brings it. */
function enterDigest(push: Push, digest: string, isTagged: boolean): DigestView {
  const { view, repository } = push;
  const found = digestIn(repository, digest);
  if (found !== undefined) return found;
  const past = recallPast(repository.past, digest);
  const build = view.builds.get(digest);
  const own = shareDigest(digest);
  const opening = push.opening || past === 'explained';
  const everTagged = past !== undefined;
  // Members that an object has from its beginning take a third of the memory of the later ones.
  const known: DigestView =
    build === undefined
      ? { digest: own, tags: 0, opening, everTagged }
      : { digest: own, tags: 0, opening, everTagged, build };
  const attestation = view.attestations.get(digest);
  if (attestation !== undefined) known.attestation = attestation;
  makeRoom(repository);
  if (isTagged) repository.tagged.set(known.digest, known);
  else {
    repository.loose ??= new Map();
    repository.loose.set(known.digest, known);
  }
  return known;
}

/** Lets the oldest digest without a tag go when there are as many as are kept. */
function makeRoom(repository: RepositoryView): void {
  const { loose } = repository;
  if (loose === undefined || loose.size < MAX_LOOSE_DIGESTS) return;
  const oldest = oldestOf(loose);
  if (oldest === undefined) return;
  loose.delete(oldest[0]);
  // One that never had a tag and that nothing explains must look new when it gets its first.
  if (oldest[1].everTagged || isExplained(oldest[1])) forgetDigest(repository, oldest[1]);
}

/** Of a digest that nothing points to any more only 128 bits stay, and whether it was explained. */
export function forgetDigest(repository: RepositoryView, digest: DigestView): void {
  repository.past = rememberPast(repository.past, digest.digest, isExplained(digest));
}

function isExplained({ build, attestation, opening, parts }: DigestView): boolean {
  return build !== undefined || attestation !== undefined || opening || parts === true;
}

function learnPublisher(push: Push, client: string): void {
  const { view, repository, at, by } = push;
  touch(repository.publishers, by, at, client, MAX_PUBLISHERS);
  touch(view.publishers, by, at, client, MAX_PROJECT_PUBLISHERS);
}

/** Of the project, or packed of a repository. */
type Publishers = Map<string, PublisherView> | PublisherMap;

function touch(
  publishers: Publishers,
  name: string,
  at: number,
  client: string,
  limit: number,
): void {
  const known = publishers.get(name) ?? { first: at, last: at, count: 0, clients: [] };
  known.count += 1;
  if (at > known.last) known.last = at;
  if (client !== '\t' && known.clients.at(-1) !== client) {
    const others = known.clients.filter((other) => other !== client);
    known.clients = withNewest(others, shareText(client), MAX_CLIENTS);
  }
  // Being the newest of the map costs a deletion; it only matters once something must be forgotten.
  if (publishers.size >= limit) setNewest(publishers, name, known, limit);
  else setBounded(publishers, name, known, limit);
}

function removeUnlisted(push: Push, listed: ReadonlySet<string>): void {
  for (const [tag, known] of push.repository.tags) {
    if (known.gone || listed.has(tag)) continue;
    known.gone = true;
    known.last = push.at;
    known.ref = push.ref;
    leaveDigest(push.repository, known.digest);
  }
}

function forgetTag(repository: RepositoryView): void {
  let victim: string | undefined;
  let oldest = Number.MAX_SAFE_INTEGER;
  for (const [name, tag] of repository.tags) {
    const age = tag.gone ? tag.last - Number.MAX_SAFE_INTEGER : tag.last;
    if (age < oldest) {
      oldest = age;
      victim = name;
    }
  }
  if (victim === undefined) return;
  const tag = repository.tags.get(victim);
  if (tag !== undefined && !tag.gone) leaveDigest(repository, tag.digest);
  repository.tags.delete(victim);
}

import type { Entry, EventOf, ProvostEvent } from '../../../services/core/events/event.ts';
import { setNewest } from '../bounded-map.ts';
import { actorOf, refOf } from '../entry-facts.ts';
import type { ProjectView, RepositoryView, TagView } from '../project-view.ts';
import { shareDigest, shareText } from '../shared-text.ts';
import { readPushers } from '../sources/pushers.ts';
import { refName } from '../sources/ref-facts.ts';
import { sourceName } from '../sources/source-name.ts';
import {
  isCureOf,
  isWithdrawal,
  learnRemoval,
  liveTags,
  publicationsOf,
  type Removal,
  removerKind,
  startRemoval,
  withRemoval,
} from './removal-burst.ts';
import { openBurst } from './retag-burst.ts';
import { MAX_BURSTS, MAX_REMOVED, MAX_REMOVERS } from './rhythm-view.ts';
import {
  gitScope,
  PACKAGES,
  principalScope,
  removalHabitIn,
  removalKey,
  rhythmFor,
  scopeFor,
} from './scope.ts';

type RemovalEntry = Entry & {
  readonly event: EventOf<
    | 'artifact.deleted'
    | 'tag.deleted'
    | 'repository.deleted'
    | 'source.ref-updated'
    | 'package.removed'
  >;
};

/** Adds what an entry removed to the open burst of its scope and principal. */
export function learnRemovals(view: ProjectView, entry: RemovalEntry, at: number): void {
  const { event } = entry;
  switch (event.type) {
    case 'source.ref-updated': {
      const tag = removedRef(event);
      if (tag === undefined) return;
      const name = sourceName(event.data.sourceRepository);
      const refs = view.sources.repositories.get(name)?.refs;
      add(view, entry, at, {
        scope: gitScope(event.data.sourceRepository),
        removal: { tags: [tag], untagged: 0, cited: 0 },
        live: refs === undefined ? 0 : liveTags(refs.tags),
        publishers: refs && readPushers(refs.pushers),
      });
      return;
    }
    case 'package.removed': {
      const { purl } = event.data;
      const actor = actorOf(event);
      if (isWithdrawal(view, purl, actor, at)) return;
      const { count, publishers } = publicationsOf(view, purl, actor);
      const removal = { tags: [purl], untagged: 0, cited: 0 };
      add(view, entry, at, { scope: PACKAGES, removal, live: count, publishers });
      return;
    }
    case 'artifact.deleted':
      rememberRemoved(view, entry, at);
      learnFromRepository(view, entry, at);
      return;
    case 'tag.deleted':
    case 'repository.deleted':
      learnFromRepository(view, entry, at);
      return;
  }
}

/** The git tag that an update removes. */
export function removedRef(event: EventOf<'source.ref-updated'>): string | undefined {
  const { ref, before, after } = event.data;
  if (after !== null && (after === undefined || !/^0+$/.test(after))) return undefined;
  if (before === null) return undefined;
  const { kind, name } = refName(ref);
  return kind === 'tag' ? name : undefined;
}

function learnFromRepository(view: ProjectView, entry: RemovalEntry, at: number): void {
  const { event } = entry;
  if (!('repository' in event.data) || event.data.repository === undefined) return;
  const repository = view.repositories.get(event.data.repository);
  if (repository === undefined) return;
  const removal = removedBy(view, repository, entry);
  const { tags, cures = 0 } = removal;
  if (tags.length === 0 && cures === 0 && removal.untagged === 0) return;
  add(view, entry, at, {
    scope: repository.name,
    removal,
    live: liveTags(repository.tags) + tags.length + cures,
    publishers: repository.publishers,
    home: repository,
  });
  // A few tags each of many repositories are as many as many of one.
  const actor = actorOf(event);
  if (actor === '' || removal.tags.length === 0) return;
  const scope = principalScope(actor);
  addToBurst(view, entry, at, { scope, removal, live: 0, publishers: view.publishers });
}

/** What the entry just took, as the view after it shows. */
function removedBy(view: ProjectView, repository: RepositoryView, entry: RemovalEntry): Removal {
  const { event } = entry;
  const actor = actorOf(event);
  const tags: string[] = [];
  let cures = 0;
  let cited = 0;
  for (const [name, tag] of touchedBy(repository, event)) {
    if (!tag.gone || tag.ref.id !== event.id) continue;
    if (isCureOf(view, repository, tag, actor)) {
      cures += 1;
      continue;
    }
    tags.push(name);
    if (view.citations.has(tag.digest)) cited += 1;
  }
  const untagged = event.type === 'artifact.deleted' && tags.length === 0 ? 1 : 0;
  return { tags, cures, untagged, cited };
}

function touchedBy(
  { tags }: RepositoryView,
  event: RemovalEntry['event'],
): Iterable<readonly [string, TagView]> {
  if (event.type !== 'tag.deleted') return tags;
  const { tag: name } = event.data;
  const tag = tags.get(name);
  return tag === undefined ? [] : [[name, tag]];
}

type Removed = {
  readonly scope: string;
  readonly removal: Removal;
  readonly live: number;
  readonly publishers: ReadonlyMap<string, { readonly first: number }> | undefined;
  readonly home?: RepositoryView;
};

function add(view: ProjectView, entry: Entry, at: number, removed: Removed): void {
  const { removers } = view.rhythm;
  const actor = actorOf(entry.event);
  addToBurst(view, entry, at, removed);
  // Who only puts right what others did has removed nothing of the project's own.
  if (actor === '' || (removed.removal.tags.length === 0 && removed.removal.untagged === 0)) return;
  const remover = removers.get(actor) ?? { first: at, last: at, count: 0 };
  remover.last = Math.max(remover.last, at);
  remover.count += 1;
  setNewest(removers, actor, remover, MAX_REMOVERS);
}

function addToBurst(view: ProjectView, entry: Entry, at: number, removed: Removed): void {
  const { removals } = view.rhythm;
  const actor = actorOf(entry.event);
  const key = removalKey(removed.scope, actor);
  const habit = () =>
    removalHabitIn(
      removed.home === undefined ? scopeFor(view, removed.scope) : rhythmFor(removed.home),
    );
  const open = openBurst(removals.get(key), at);
  if (open === undefined) {
    // Somebody begins: what others finished here before is habit by now.
    const scoped = `${removed.scope}\n`;
    for (const [other, burst] of removals) {
      if (!other.startsWith(scoped) || openBurst(burst, at) !== undefined) continue;
      learnRemoval(habit(), burst);
      removals.delete(other);
    }
  }
  const begun = { live: removed.live, by: removerKind(view, actor, removed.publishers, at) };
  const burst = withRemoval(open ?? startRemoval(at, refOf(entry), begun), removed.removal, at);
  setNewest(removals, key, burst, MAX_BURSTS);
}

/** Of nearly all: never written to, a host that serves it makes a list of its own. */
const NO_HOSTS: readonly string[] = [];

/** A digest that is gone must not be served any more. */
function rememberRemoved(view: ProjectView, entry: Entry, at: number): void {
  const { event } = entry;
  if (event.type !== 'artifact.deleted') return;
  const { digest, repository, registry, reason } = event.data;
  const { removed } = view.rhythm;
  const home = view.repositories.get(repository);
  // What is known to be bad stays so when it is deleted.
  if (removed.get(digest)?.why === 'tainted') return;
  setNewest(
    removed,
    shareDigest(digest),
    {
      at,
      repository: home?.name ?? repository,
      registry: registry === undefined ? (home?.registry ?? '') : shareText(registry),
      why: 'deleted',
      reason: shareText((reason ?? '').slice(0, 128)),
      by: shareText(actorOf(event)),
      ref: refOf(entry),
      hosts: NO_HOSTS,
    },
    MAX_REMOVED,
  );
}

/** A digest that is pushed again is there by right; one that is known to be bad stays so. */
export function rememberReturn(view: ProjectView, event: ProvostEvent): void {
  if (event.type !== 'artifact.pushed') return;
  const { removed } = view.rhythm;
  if (removed.size > 0 && removed.get(event.data.digest)?.why === 'deleted') {
    removed.delete(event.data.digest);
  }
}

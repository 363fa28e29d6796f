import type { Entry, EventOf } from '../../../services/core/events/event.ts';
import { setRecent } from '../bounded-map.ts';
import { actorOf, refOf, tagChangesOf } from '../entry-facts.ts';
import type { EntryRef, ProjectView } from '../project-view.ts';
import { commitKey } from '../sources/commits.ts';
import { commitAfter, commitBefore, refName } from '../sources/ref-facts.ts';
import { sourceName } from '../sources/source-name.ts';
import { expectationOf } from '../tag-habit.ts';
import { learnRetag, openBurst, type RetagMove, startRetag, withMove } from './retag-burst.ts';
import { MAX_BURSTS, type ScopeHabit } from './rhythm-view.ts';
import { gitScope, principalScope, retagHabitIn, rhythmFor, scopeFor } from './scope.ts';
import { isStrangeMove } from './strange-move.ts';

/** Adds the tags that an entry moved to the open bursts of their repository and of their principal. */
export function learnMoves(
  view: ProjectView,
  entry: Entry & { readonly event: EventOf<'artifact.pushed' | 'tag.moved'> },
  at: number,
): void {
  const { event } = entry;
  const repository = view.repositories.get(event.data.repository);
  if (repository === undefined) return;
  const actor = actorOf(event);
  for (const { tag, from: claimed, to } of tagChangesOf(event)) {
    const known = repository.tags.get(tag);
    if (known === undefined || !isOf(known.ref, entry)) continue;
    const from = known.before?.at(-1)?.digest ?? claimed;
    if (from === undefined || from === to) continue;
    const strange = isStrangeMove(view, repository, { tag, to, known }, at);
    const move: RetagMove = { tag, from, to, strange, place: repository.name };
    addMove(view, entry, repository.name, () => rhythmFor(repository), move, at);
    if (strange && actor !== '') {
      const scope = principalScope(actor);
      addMove(view, entry, scope, () => scopeFor(view, scope), move, at);
    }
  }
}

/** The same for a git tag that points to another commit. */
export function learnRefMove(
  view: ProjectView,
  entry: Entry & { readonly event: EventOf<'source.ref-updated'> },
  at: number,
): void {
  const move = refMoveOf(view, entry.event, at);
  if (move === undefined) return;
  const scope = gitScope(entry.event.data.sourceRepository);
  addMove(view, entry, scope, () => scopeFor(view, scope), move, at);
}

/** A git tag that goes from one commit to another; strange where such tags stay. */
export function refMoveOf(
  view: ProjectView,
  event: EventOf<'source.ref-updated'>,
  at: number,
): RetagMove | undefined {
  const { ref, sourceRepository } = event.data;
  const after = commitAfter(event.data);
  const { kind, name } = refName(ref);
  if (after === undefined || kind !== 'tag') return undefined;
  const place = sourceName(sourceRepository);
  const refs = view.sources.repositories.get(place)?.refs;
  const known = refs?.tags.get(name);
  // Producers that leave out where the tag was are many; a tag that they say to be new is new.
  const left = event.data.before === undefined && known?.gone === false ? known.commit : undefined;
  const before = commitBefore(event.data) ?? left;
  if (before === undefined || before === after || before === commitKey(after)) return undefined;
  const stays = refs !== undefined && expectationOf(refs, name, known, at).kind === 'stays';
  return { tag: name, from: before, to: after, strange: stays, place };
}

function addMove(
  view: ProjectView,
  entry: Entry,
  scope: string,
  habitOf: () => ScopeHabit,
  move: RetagMove,
  at: number,
): void {
  const { retags } = view.rhythm;
  const last = retags.get(scope);
  const open = openBurst(last, at);
  if (last !== undefined && open === undefined) learnRetag(retagHabitIn(habitOf()), last);
  const burst = withMove(open ?? startRetag(at, refOf(entry)), move, at);
  setRecent(retags, scope, burst, MAX_BURSTS);
}

function isOf(ref: EntryRef, { event }: Entry): boolean {
  return ref.id === event.id && ref.source === event.source;
}

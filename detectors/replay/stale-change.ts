import type { EventOf } from '../../services/core/events/event.ts';
import type { ContextDraft, EvidenceDraft, JudgeContext } from '../detector.ts';
import { type TagChange, tagChangesOf } from '../view/entry-facts.ts';
import { markedAt, markedRef } from '../view/entry-mark.ts';
import { digestIn } from '../view/explain.ts';
import { DAY, HOUR } from '../view/limits.ts';
import { recallPast } from '../view/past-digests.ts';
import type { EntryRef, RepositoryView } from '../view/project-view.ts';
import { requestKeyOf } from '../view/rhythm/request-key.ts';

export type StaleChange = {
  readonly tag: string;
  readonly to: string;
  /** Where the tag is, or empty. */
  readonly now: string;
  /** What the event says, for people, after its name. */
  readonly said: string;
  readonly base: number;
  readonly evidence: readonly EvidenceDraft[];
  readonly context: readonly ContextDraft[];
};

/** Deliveries are tried for a day; what is later than that was kept back by somebody. */
const LATE = DAY + HOUR;

/** A change that is dated long before the tag's present digest, and would undo it. */
export function staleChange(
  { view, at, entry }: JudgeContext,
  repository: RepositoryView,
  changes: readonly TagChange[],
): StaleChange | undefined {
  if (view.now - at < LATE) return undefined;
  const days = Math.round((view.now - at) / DAY);
  const { event } = entry;
  for (const { tag, to } of changes) {
    const known = repository.tags.get(tag);
    if (known === undefined || known.digest === to || known.last - at < LATE) continue;
    const old = wasHere(repository, tag, to);
    return {
      tag,
      to,
      now: known.digest,
      said: `comes ${days} days late and points ${tag} ${old ? 'back ' : ''}to ${to}, while the tag went to ${known.digest} after that date`,
      base: old ? 0.6 : 0.4,
      evidence: [{ ...known.ref, role: 'the newer change' }],
      context: [],
    };
  }
  const gone = event.type === 'tag.deleted' ? event.data.tag : undefined;
  const known = gone === undefined ? undefined : repository.tags.get(gone);
  if (gone !== undefined && known !== undefined && !known.gone && known.last - at >= LATE) {
    return {
      tag: gone,
      to: '',
      now: known.digest,
      said: `comes ${days} days late and removes ${gone}, which got ${known.digest} after that date`,
      base: 0.5,
      evidence: [{ ...known.ref, role: 'the newer change' }],
      context: [],
    };
  }
  return undefined;
}

function wasHere(repository: RepositoryView, tag: string, digest: string): boolean {
  return (
    repository.tags.get(tag)?.before?.some((point) => point.digest === digest) === true ||
    digestIn(repository, digest) !== undefined ||
    recallPast(repository.past, digest) !== undefined
  );
}

/** The build that an event tells of under another id: the same output, the same time to the millisecond. */
export function retoldBuild(
  { view, at }: JudgeContext,
  event: EventOf<'build.finished'>,
): { readonly ref: EntryRef; readonly digest: string } | undefined {
  const first = event.data.outputs?.[0];
  if (first === undefined || at > view.now) return undefined;
  const known = view.builds.get(first.digest);
  if (known === undefined || markedAt(known) !== at) return undefined;
  const ref = markedRef(known);
  if (ref.id === event.id || ref.source !== event.source) return undefined;
  return { ref, digest: first.digest };
}

/** A request of the registry that an earlier entry told, and that comes again when its effect is long gone. */
export function retoldRequest(
  { view, at, entry }: JudgeContext,
  repository: RepositoryView,
): StaleChange | undefined {
  const { event } = entry;
  if (!('requestId' in event.data) || event.data.requestId === undefined) return undefined;
  const known = view.rhythm.requests.get(requestKeyOf(event) ?? '');
  if (known === undefined || known.ref.id === event.id) return undefined;
  const undone = tagChangesOf(event).find(({ tag, to }) => {
    const now = repository.tags.get(tag);
    return now !== undefined && (now.digest !== to || now.gone);
  });
  if (undone === undefined && Math.abs(at - known.at) < LATE) return undefined;
  const [first = { tag: 'tag' in event.data ? String(event.data.tag) : '', to: '' }] =
    tagChangesOf(event);
  const { tag, to } = undone ?? first;
  return {
    tag,
    to,
    now: repository.tags.get(tag)?.digest ?? '',
    said: `tells again of the registry's request ${String(event.data.requestId)}, which entry ${known.ref.index} told on ${new Date(known.at).toISOString()}`,
    base: undone === undefined ? 0.45 : 0.6,
    evidence: [{ ...known.ref, role: 'the event that told it first' }],
    context: [],
  };
}

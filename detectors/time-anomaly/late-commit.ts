import type { EventData } from '../../services/core/events/catalogue.ts';
import type { ContextDraft, JudgeContext } from '../detector.ts';
import { readPusher } from '../view/sources/pushers.ts';
import { delayStep, isOwnCommit, refName } from '../view/sources/ref-facts.ts';
import { sourceName } from '../view/sources/source-name.ts';

/** Steps of ref-facts.ts from which a commit counts as late: a week and more. */
const LATE_STEP = 4;
/** Updates that make a habit, and the share of late ones from which a late one is no news. */
const OBSERVED = 10;
const COMMON = 0.05;

export type LateCommit = {
  readonly delay: number;
  readonly observed: number;
  readonly alike: number;
  readonly context: readonly ContextDraft[];
};

/** A commit that was pushed a week or more after it was written, where that is rare. */
export function isUnusualDelay(
  { view, at }: JudgeContext,
  data: EventData<'source.ref-updated'>,
): LateCommit | undefined {
  const step = delayStep(data, at);
  if (step === undefined || step < LATE_STEP) return undefined;
  const refs = view.sources.repositories.get(sourceName(data.sourceRepository))?.refs;
  if (refs === undefined) return undefined;
  let observed = 0;
  let alike = 0;
  refs.delays.forEach((count, index) => {
    observed += count;
    if (index >= LATE_STEP) alike += count;
  });
  if (observed < OBSERVED || alike > observed * COMMON) return undefined;
  // A tag on a commit that a branch has had for long is how releases are made.
  const { kind } = refName(data.ref);
  if (kind === 'tag' && (data.reachableFrom?.length ?? 0) > 0) return undefined;
  const foreign = isOwnCommit(data) === false;
  const known =
    data.pusher === undefined
      ? undefined
      : readPusher(refs.pushers, data.pusher.name) !== undefined;
  return {
    delay: at - Date.parse(data.authoredAt ?? ''),
    observed,
    alike,
    context: [
      ...(kind === 'tag'
        ? [{ kind: 'tag', reason: 'It came as a tag, from no branch that is named', effect: 0.1 }]
        : []),
      ...(foreign
        ? [
            {
              kind: 'foreign-author',
              reason: 'Who pushed it neither wrote nor committed it',
              effect: 0.05,
            },
          ]
        : []),
      ...(known === false
        ? [{ kind: 'pusher-new', reason: 'Who pushed it never did before', effect: 0.1 }]
        : []),
    ],
  };
}

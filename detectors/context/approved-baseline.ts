import type { ProvostEvent } from '../../services/core/events/event.ts';
import type { ContextDraft, FindingDraft } from '../detector.ts';
import { circumstancesOf } from '../view/baselines/in-scope.ts';
import type { ProjectView } from '../view/project-view.ts';
import type { Change } from './announced-change.ts';
import { claimsOf } from './approved-baseline/claims.ts';
import { explains } from './approved-baseline/explains.ts';

/** Two people named the very content … */
const EXACT = -0.7;
/** … or said what is usual here. */
const USUAL = -0.5;

/**
 * The approved baseline that says that what was observed is known good, as context that lowers. It has to know every
 * value that the finding calls strange; a baseline that waits for its second person, or is revoked, says nothing.
 */
export function approvedBaseline(
  view: ProjectView,
  change: Change,
  draft: FindingDraft,
  /** The event that is judged now; a draft may be about an earlier one, of which less is known. */
  event: ProvostEvent,
): readonly ContextDraft[] {
  const { baselines } = view;
  if (baselines.count === 0) return [];
  const approved = baselines.approved.get(change.repository);
  if (approved === undefined) return [];
  const { rule, tags, actor } = change;
  const claims = claimsOf({ rule, subject: draft.subject, observed: draft.observed, actor });
  if (claims.length === 0) return [];
  const { builder } = draft.observed;
  const said =
    draft.about === undefined
      ? circumstancesOf(event, tags, actor)
      : { tags, actor, source: draft.about.ref.source };
  const circumstances = typeof builder === 'string' ? { ...said, builder } : said;
  for (const baseline of approved) {
    const aspects = explains(baseline, claims, circumstances);
    if (aspects === undefined) continue;
    const { id, version, ref, proposedBy, approvedBy } = baseline;
    return [
      {
        kind: 'approved-baseline',
        reason: `Known good by ${aspects.join(', ')}: baseline ${id} version ${version}, proposed by ${proposedBy} and approved by ${approvedBy} (entry ${ref.index} of shard ${ref.shard})`,
        effect: aspects.includes('digests') ? EXACT : USUAL,
      },
    ];
  }
  return [];
}

import type { ContextDraft, JudgeContext } from '../detector.ts';
import { matchesGlob } from '../text/match-glob.ts';
import {
  isNewcomer,
  isPrivilegedTrigger,
  isProposal,
  type Run,
  type RunPlace,
} from '../view/pipelines/run-facts.ts';
import { EMPTY_TALLY, seenIn, sizeOf } from '../view/pipelines/tally.ts';
import { wasSeen } from '../view/sources/ref-facts.ts';
import { readWorkflow } from '../view/sources/workflows.ts';
import { shareOf } from '../windows/bit-window.ts';

/**
 * What surrounds an unusual run: who set it off, on which ref, and whether its commit was ever seen on a branch. Each
 * raises; only a dependency bot that the policy names, or a commit of an observed branch, lowers a little.
 */
export function runContext(
  context: JudgeContext,
  run: Run,
  place: RunPlace,
): readonly ContextDraft[] {
  const { actor, view } = context;
  const found: ContextDraft[] = [];
  const newcomer = isNewcomer(place, actor);
  if (newcomer) {
    found.push({
      kind: 'actor-new',
      reason: `${actor} has never set off a run of ${place.source}`,
      effect: 0.15,
    });
  } else if (isPipelineStranger(place, actor)) {
    found.push({
      kind: 'actor-new',
      reason: `${actor} has never set off this workflow`,
      effect: 0.1,
    });
  }
  if (isProposal(run) || isPrivilegedTrigger(run.trigger)) {
    found.push({
      kind: 'proposal',
      reason: `The run builds what somebody proposes (${run.trigger ?? run.ref ?? 'a proposal'})`,
      effect: 0.2,
    });
  }
  const onBranch = isOnBranch(context, run, place);
  if (onBranch === false) {
    found.push({
      kind: 'commit-unseen',
      reason: `The commit ${run.commit ?? ''} was on no branch that was observed, where runs always build such commits`,
      effect: 0.25,
    });
  } else if (onBranch === true) {
    found.push({
      kind: 'usual-way',
      reason: 'The commit came by a branch that was observed',
      effect: -0.15,
    });
  }
  if (view.pipelines.sources.size > 0 && isBot(context, actor) && !newcomer) {
    found.push({
      kind: 'dependency-bot',
      reason: `The policy names ${actor} as a dependency bot`,
      effect: -0.1,
    });
  }
  return found;
}

export function isBot({ policy }: JudgeContext, actor: string): boolean {
  return actor !== '' && policy.bots.some((pattern) => matchesGlob(pattern, actor));
}

/** The workflow has its own circle, and this actor is not of it though known elsewhere in the source. */
export function isPipelineStranger({ pipeline, started }: RunPlace, actor: string): boolean {
  const actors = pipeline?.details?.actors ?? EMPTY_TALLY;
  if (actor === '' || actors === EMPTY_TALLY) return false;
  const seen = seenIn(actors, actor);
  return seen === undefined || (started && seen.count === 1 && sizeOf(actors) > 1);
}

/** Whether the commit was seen on a branch; undefined where nothing can be expected. */
function isOnBranch(
  { view }: JudgeContext,
  run: Run,
  { source, path }: RunPlace,
): boolean | undefined {
  if (run.commit === undefined) return undefined;
  const known = view.sources.repositories.get(source);
  if (known?.refs === undefined || known.refs.updates < 4) return undefined;
  if (wasSeen(known.refs, run.commit)) return true;
  const workflow = readWorkflow(known.workflows, path);
  return workflow !== undefined && workflow.seen.count >= 4 && shareOf(workflow.seen) >= 0.9
    ? false
    : undefined;
}

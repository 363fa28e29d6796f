import { isPipelineStranger, runContext } from '../context/run-context.ts';
import type { ContextDraft, FindingDraft, JudgeContext } from '../detector.ts';
import {
  hasPublished,
  isNewcomer,
  isPrivilegedTrigger,
  isProposal,
  outputRepositories,
  placeOfRun,
  type Run,
  type RunPlace,
  refClass,
  strengthOf,
} from '../view/pipelines/run-facts.ts';
import {
  EMPTY_TALLY,
  readTally,
  seenIn,
  sizeOf,
  type Tally,
  totalOf,
} from '../view/pipelines/tally.ts';
import { describeMismatch } from './describe-mismatch.ts';

/** Where proposals run on so many builders, one more is no news. */
const MANY_BUILDERS = 4;

/** A run with rights that somebody set off who never had a part in this source, or in this workflow. */
export function judgeUntrusted(context: JudgeContext, run: Run): readonly FindingDraft[] {
  const { view, actor } = context;
  const place = placeOfRun(view, run);
  if (place.runs === undefined || actor === '') return [];
  const ends = 'outcome' in run;
  const published = ends && (outputRepositories(run).length > 0 || hasPublished(run) === true);
  // Its start was judged; its end is news when it has published.
  if (place.started && !published) return [];
  if (isPrivilegedTrigger(run.trigger)) return judgePrivileged(context, run, place, published);
  const drafts = judgePublisher(context, run, place);
  return drafts.length > 0 ? drafts : judgeProposal(context, run, place);
}

/** What somebody proposes runs on a builder on which only the source's own runs did: it may stay there. */
function judgeProposal(context: JudgeContext, run: Run, place: RunPlace): readonly FindingDraft[] {
  const { at, policy, actor } = context;
  const { runs, started } = place;
  const { builderId } = run;
  if (runs === undefined || started || builderId === undefined || !isProposal(run)) return [];
  const { proposalBuilders = EMPTY_TALLY } = runs;
  if (seenIn(proposalBuilders, builderId) !== undefined) return [];
  if (sizeOf(proposalBuilders) >= MANY_BUILDERS) return [];
  const own = seenIn(runs.builders, builderId);
  const strength = strengthOf(totalOf(proposalBuilders), runs.since, at, policy.learning);
  if (own === undefined || own.count < 4 || strength === 'none') return [];
  return [
    describe(context, run, place, {
      what: `for ${run.ref ?? 'a proposal'} on ${builderId}, where only the source's own runs were`,
      base: strength === 'strong' ? 0.4 : 0.3,
      context: isNewcomer(place, actor)
        ? [
            {
              kind: 'actor-new',
              reason: `${actor} has never set off a run of ${place.source}`,
              effect: 0.15,
            },
          ]
        : [],
      published: false,
    }),
  ];
}

/** A forge runs what a newcomer proposes or writes with the rights of the repository. */
function judgePrivileged(
  context: JudgeContext,
  run: Run,
  place: RunPlace,
  published: boolean,
): readonly FindingDraft[] {
  const { at, policy, actor } = context;
  const { runs, pipeline } = place;
  if (runs === undefined || !isNewcomer(place, actor)) return [];
  const strength = strengthOf(runs.runs, runs.since, at, policy.learning);
  if (strength === 'none') return [];
  const newcomers = pipeline?.newcomers ?? 0;
  // Greeting and labelling newcomers is what some workflows are for.
  const usual = newcomers >= 3 && newcomers >= (pipeline?.runs ?? 0) * 0.15;
  const circumstances: ContextDraft[] = [
    ...(usual
      ? [
          {
            kind: 'open-workflow',
            reason: `Newcomers have set off this workflow ${newcomers} times before`,
            effect: -0.3,
          },
        ]
      : []),
    ...(isProposal(run)
      ? [{ kind: 'proposal', reason: `It builds ${run.ref ?? 'a proposal'}`, effect: 0.05 }]
      : []),
    ...(published
      ? [{ kind: 'published', reason: 'The run has published what it made', effect: 0.3 }]
      : []),
  ];
  return [
    describe(context, run, place, {
      what: `by ${run.trigger ?? ''}, which runs with the rights of the repository`,
      base: strength === 'strong' ? 0.55 : 0.45,
      context: circumstances,
      published,
    }),
  ];
}

/** A workflow that publishes is set off by a stranger in a way in which it never was. */
function judgePublisher(context: JudgeContext, run: Run, place: RunPlace): readonly FindingDraft[] {
  const { at, policy, actor } = context;
  const { pipeline } = place;
  if (pipeline === undefined || place.started || pipeline.outputs < pipeline.runs / 2) return [];
  if (!isPipelineStranger(place, actor)) return [];
  const strength = strengthOf(pipeline.runs, pipeline.since, at, policy.learning);
  if (strength === 'none') return [];
  const { triggers = EMPTY_TALLY, refs = EMPTY_TALLY } = pipeline.details ?? {};
  const newTrigger =
    run.trigger !== undefined &&
    triggers !== EMPTY_TALLY &&
    seenIn(triggers, run.trigger) === undefined;
  const newRef =
    run.ref !== undefined &&
    refs !== EMPTY_TALLY &&
    sizeOf(refs) <= 2 &&
    seenIn(refs, refClass(run.ref)) === undefined;
  if (!newTrigger && !newRef) return [];
  return [
    describe(context, run, place, {
      what: [
        ...(newTrigger ? [`by ${run.trigger}, which never set it off`] : []),
        ...(newRef ? [`for ${run.ref}, a kind of ref that it never built`] : []),
      ].join(', '),
      base: (strength === 'strong' ? 0.3 : 0.2) + (newTrigger ? 0.15 : 0) + (newRef ? 0.1 : 0),
      context: runContext(context, run, place),
      published: false,
    }),
  ];
}

function describe(
  { actor }: JudgeContext,
  run: Run,
  place: RunPlace,
  told: {
    readonly what: string;
    readonly base: number;
    readonly context: readonly ContextDraft[];
    readonly published: boolean;
  },
): FindingDraft {
  const { source, path, pipeline, runs } = place;
  const repository = outputRepositories(run)[0] ?? runs?.output ?? '';
  return describeMismatch({
    title: `${actor} set off a run of ${source} with rights, for the first time`,
    message: `${actor}, who has no part in ${path || 'the workflow'} of ${source} so far, set off the run ${run.runId} ${told.what}.${told.published ? ' It has published what it made.' : ''}`,
    subject: {
      kind: 'build',
      key: `run:${source}#${path}:${actor}`,
      principal: actor,
      ...(repository === '' ? {} : { repository }),
    },
    observed: {
      actor,
      trigger: run.trigger ?? null,
      ref: run.ref ?? null,
      commit: run.commit ?? null,
      published: told.published,
    },
    expected: {
      actors: keysOf(pipeline?.details?.actors || runs?.actors),
      triggers: keysOf(pipeline?.details?.triggers),
    },
    role: 'the run',
    evidence: [],
    identity: [source, path, run.runId, told.published ? 'published' : 'ran'],
    base: told.base,
    context: told.context,
    actor,
    todo: `Read what the run did and what it could reach; ask somebody who owns ${source} whether ${actor} was meant to set it off.`,
  });
}

function keysOf(tally: Tally = EMPTY_TALLY): readonly string[] {
  return readTally(tally).map(({ key }) => key);
}

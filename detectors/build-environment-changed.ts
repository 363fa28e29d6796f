import {
  changesIn,
  isPowerful,
  newToSource,
  type SetChanges,
} from './build-environment-changed/set-changes.ts';
import { searchEntries } from './context/ledger-commands.ts';
import { runContext } from './context/run-context.ts';
import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { buildEnvironmentChangedExamples } from './examples/build-environment-changed-examples.ts';
import { listWords } from './text/list-words.ts';
import { DAY } from './view/limits.ts';
import { readFacts } from './view/pipelines/fact-set.ts';
import {
  outputRepositories,
  placeOfRun,
  type Run,
  type RunPlace,
} from './view/pipelines/run-facts.ts';
import { NAMED_INPUTS, shorten } from './view/pipelines/run-sets.ts';
import type { ProjectView } from './view/project-view.ts';

const metadata: DetectorMetadata = {
  id: 'D07',
  rule: 'build-environment-changed',
  version: 1,
  title: 'A build runs with other variables, parameters or flags',
  description:
    'A variable, build argument or compiler flag that the workflow never had, or another value of one that never changed, where the set has long been stable; runs of proposals have a set of their own. On record alone; work or an alarm when the name lets tools run or fetch something else, when the build file did not change with it, or when the run itself is unusual.',
  severity: 'critical',
  listensTo: ['build.started', 'build.finished'],
  falsePositives: [
    'A new feature of the build that needs a variable; a secret that was rotated (its value digest changes).',
    'A runner image that sets new variables: many workflows get them in the same days, which lowers.',
  ],
  knownGaps: [
    'A flag or variable that is left out for the first time is not told, since builds take turns.',
    'Values are compared by keyed digests; a producer that renews its key changes all of them at once.',
    'Of more variables than fit the view (6 KB of names a workflow), the last to come are not known.',
  ],
  remediation:
    'Find out who set the variable, parameter or flag and why; rebuild without it and compare when nobody can say.',
  references: {
    attack: ['T1195.002', 'T1574', 'T1127'],
    slsa: ['D: External build parameters', 'E: Build process'],
    controls: ['CM-3', 'CM-6', 'SI-7'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  if (event.type !== 'build.started' && event.type !== 'build.finished') return [];
  const run: Run = event.data;
  if (run.environment === undefined && run.parameters === undefined && run.flags === undefined) {
    return [];
  }
  const { view, at, policy } = context;
  const place = placeOfRun(view, run);
  const { pipeline } = place;
  const changes =
    pipeline === undefined
      ? newToSource(place, run, at, policy)
      : NAMED_INPUTS.map((inputs) =>
          changesIn(pipeline.details?.[inputs.key], inputs, run, at, policy),
        ).filter((change) => change !== undefined);
  return changes.length === 0 ? [] : [describe(context, run, place, changes)];
}

function describe(
  context: JudgeContext,
  run: Run,
  place: RunPlace,
  changes: readonly SetChanges[],
): FindingDraft {
  const { actor, view, at } = context;
  const added = [...new Set(changes.flatMap((change) => change.added))];
  const changed = [...new Set(changes.flatMap((change) => change.changed))];
  const repository = outputRepositories(run)[0] ?? place.runs?.output ?? '';
  const observed = Math.max(...changes.map((change) => change.observed));
  const power = powerContext([...added, ...changed]);
  const unchanged = scriptContext(run, place);
  const said = changes.map(({ what, added: names, changed: values }) =>
    [
      ...(names.length === 0 ? [] : [`new ${what}s: ${listWords(names)}`]),
      ...(values.length === 0 ? [] : [`${what}s with another value: ${listWords(values)}`]),
    ].join('; '),
  );
  return {
    title: `A build of ${place.source} runs with other ${changes.map(({ what }) => `${what}s`).join(', ')}`,
    message: `The run ${run.runId}${actor === '' ? '' : `, set off by ${actor},`} has ${[...new Set(said)].join('; ')}. The ${observed} runs ${changes.every(({ key }) => key === 'proposals') ? 'of proposals ' : ''}before had neither.`,
    subject: {
      kind: 'build',
      key: `environment:${place.source}#${place.path}`.slice(0, 1024),
      ...(repository === '' ? {} : { repository }),
    },
    observed: {
      added: added.slice(0, 64),
      changed: changed.slice(0, 64),
      commit: run.commit ?? null,
    },
    expected: { runs: observed, added: [], changed: [] },
    role: 'the run',
    evidence:
      place.pipeline?.details?.script === undefined
        ? []
        : [
            {
              ...place.pipeline.details.script.ref,
              role: 'the run that first followed this build file',
            },
          ],
    identity: [place.source, place.path, run.runId, ...added, ...changed],
    base: changes.some(({ strength }) => strength === 'strong') ? 0.35 : 0.2,
    // A build file of its own may well have variables of its own.
    ...(place.pipeline === undefined ? { atMost: 'ticket' as const } : {}),
    context: [
      ...power,
      ...unchanged,
      ...proposalContext(place, changes),
      ...elsewhereContext(view, added, changed, at),
      ...runContext(context, run, place).filter(
        // A commit of a branch speaks for what it can have changed: not for what was set outside the source.
        ({ kind }) => kind !== 'usual-way' || power.length === 0 || unchanged.length === 0,
      ),
    ],
    remediation: {
      owner: 'owner of the build pipeline',
      steps: [
        searchEntries('Compare with the runs before.', {
          type: 'build.finished',
          ...(repository === '' ? {} : { repository }),
        }),
        {
          text: `Ask who set ${listWords([...added, ...changed])}, and where: in the build file, in the project's settings, or on the runner.`,
        },
        {
          text: 'If nobody did: stop the runner, keep its outputs from being used, and rebuild elsewhere.',
        },
      ],
    },
  };
}

function powerContext(names: readonly string[]): readonly ContextDraft[] {
  const powerful = names.filter(isPowerful);
  if (powerful.length === 0) return [];
  return [
    {
      kind: 'powerful-name',
      reason: `Tools run or fetch something else, or leave out a check, because of ${listWords(powerful)}`,
      effect: 0.15,
    },
  ];
}

/** What comes from outside the source cannot be seen in its history. */
function scriptContext(run: Run, { pipeline }: RunPlace): readonly ContextDraft[] {
  const digest = run.workflow?.digest;
  if (digest === undefined || pipeline?.details?.script === undefined) return [];
  if (pipeline.details.script.digest !== shorten(digest)) return [];
  return [
    {
      kind: 'script-unchanged',
      reason: 'The build file is the one it was: this was set outside the source',
      effect: 0.05,
    },
  ];
}

/** What only the runs of the repository's own branches had: a stranger's code now has it too. */
function proposalContext(
  { pipeline }: RunPlace,
  changes: readonly SetChanges[],
): readonly ContextDraft[] {
  const trusted = pipeline?.details?.environment && readFacts(pipeline.details.environment);
  const crossed = changes
    .filter(({ key }) => key === 'proposals')
    .flatMap(({ added }) => added.filter((name) => trusted?.has(name) === true));
  if (crossed.length === 0) return [];
  return [
    {
      kind: 'crosses-trust',
      reason: `Runs of proposals never saw ${listWords(crossed)}, which those of the source itself do`,
      effect: 0.15,
    },
  ];
}

/** A runner image or an organisation's setting comes to many workflows at once. */
function elsewhereContext(
  view: ProjectView,
  added: readonly string[],
  changed: readonly string[],
  at: number,
): readonly ContextDraft[] {
  if (added.length === 0 || changed.length > 0) return [];
  const everywhere = added.every((name) => {
    const known = view.pipelines.introduced.get(name);
    return known !== undefined && known.pipelines >= 2 && at - known.first <= 60 * DAY;
  });
  if (!everywhere) return [];
  return [
    {
      kind: 'many-pipelines',
      reason: 'At least two other workflows of the project got the same names lately',
      effect: -0.2,
    },
  ];
}

export const buildEnvironmentChanged: Detector = {
  metadata,
  judge,
  examples: buildEnvironmentChangedExamples,
};

import { describeScript } from './build-script-changed/describe-script.ts';
import { judgePush } from './build-script-changed/judge-push.ts';
import { runContext } from './context/run-context.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { buildScriptChangedExamples } from './examples/build-script-changed-examples.ts';
import { DAY } from './view/limits.ts';
import { arrivalsOf, MAX_PIPELINES } from './view/pipelines/pipelines-view.ts';
import {
  outputRepositories,
  placeOfRun,
  type Run,
  type RunPlace,
  sourcesWithNew,
  strengthOf,
} from './view/pipelines/run-facts.ts';
import { shorten } from './view/pipelines/run-sets.ts';
import { leafOf } from './view/sources/source-name.ts';

/** One change in so many runs is rare enough to be news. */
const RARE = 0.1;
/** New build files come this rarely where one is news. */
const QUIET_DAYS = 45;
/** Sources that get the same new build file within a day until that is a story of its own. */
const SPREAD = 3;

const metadata: DetectorMetadata = {
  id: 'D06',
  rule: 'build-script-changed',
  version: 1,
  title: 'A build follows a script that has changed, or a new one',
  description:
    'The digest of a workflow, Dockerfile or release script is another one where it rarely changes, or a run follows a build file that its source never had; or a push touches such a file where pushes hardly ever do. People change their builds, so this alone is put on record; it asks for work or wakes somebody together with a commit that was on no branch, with somebody who never set off a run, or with a run on behalf of a proposal.',
  severity: 'critical',
  listensTo: ['build.started', 'build.finished', 'source.ref-updated'],
  falsePositives: [
    'A maintainer who improves the build after months of quiet, from a branch that the forge does not report.',
    'A hot-fix branch with its own version of the workflow.',
  ],
  knownGaps: [
    'Producers that send no digest of the build file only show new files, not changed ones.',
    'A script that the workflow downloads while it runs has no digest here.',
    'A workflow that changes every tenth run or more often has no stable version to be unlike.',
  ],
  remediation:
    'Read the change of the build file with somebody who owns it; stop the workflow and revoke what it could read if nobody meant it.',
  references: {
    attack: ['T1195.002', 'T1554', 'T1677'],
    slsa: ['B: Modifying the source', 'E: Build process'],
    controls: ['CM-3', 'CM-5', 'SA-10'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  if (event.type === 'source.ref-updated') return judgePush(context, event.data);
  if (event.type !== 'build.started' && event.type !== 'build.finished') return [];
  const run: Run = event.data;
  if (run.workflow === undefined) return [];
  const place = placeOfRun(context.view, run);
  if (place.runs === undefined || place.started) return [];
  return place.pipeline === undefined
    ? judgeNewFile(context, run, place)
    : judgeDigest(context, run, place);
}

function judgeDigest(context: JudgeContext, run: Run, place: RunPlace): readonly FindingDraft[] {
  const { at, policy, actor } = context;
  const said = run.workflow?.digest;
  const script = place.pipeline?.details?.script;
  if (said === undefined || script === undefined || place.pipeline === undefined) return [];
  if (script.digest === shorten(said)) return [];
  const strength = strengthOf(script.observed, place.pipeline.since, at, policy.learning);
  if (strength === 'none' || script.changes > script.observed * RARE) return [];
  return [
    describeScript({
      run,
      place,
      actor,
      repository: outputRepositories(run)[0] ?? place.runs?.output ?? '',
      isNewFile: false,
      why: `It changed ${script.changes} times in the ${script.observed} runs before.`,
      expected: { changes: script.changes, runs: script.observed },
      evidence: [{ ...script.ref, role: 'the run that first followed the version before' }],
      base: strength === 'strong' ? 0.4 : 0.25,
      context: runContext(context, run, place),
    }),
  ];
}

function judgeNewFile(context: JudgeContext, run: Run, place: RunPlace): readonly FindingDraft[] {
  const { at, policy, actor, view } = context;
  const { runs, path } = place;
  if (runs === undefined || path === '' || runs.pipelines.length >= MAX_PIPELINES) return [];
  const files = runs.pipelines.map((pipeline) => pipeline.path);
  // Where runs named no file so far, the producer has begun to.
  if (files.includes('')) return [];
  // One more directory with a file of the same name is how such sources grow.
  const name = leafOf(path);
  if (files.some((file) => leafOf(file) === name)) return [];
  const strength = strengthOf(runs.runs, runs.since, at, policy.learning);
  const age = (at - runs.since) / DAY;
  const { paths, days } = arrivalsOf(runs);
  if (days > 1 + age / QUIET_DAYS) return [];
  const quiet = age >= QUIET_DAYS / 2;
  const isWeak = strength !== 'strong' || !quiet;
  // Where runs are few, long quiet is an observation too.
  if (isWeak && strength === 'none' && !(quiet && runs.runs >= 2)) return [];
  const others = sourcesWithNew(view.pipelines.introduced, path, at);
  const spreads = others >= SPREAD - 1;
  return [
    describeScript({
      run,
      place,
      actor,
      repository: outputRepositories(run)[0] ?? runs.output,
      isNewFile: true,
      why: `It had ${paths} in ${Math.round(age)} days.`,
      expected: { files },
      evidence: [],
      base: isWeak ? 0.2 : 0.35,
      context: [
        ...runContext(context, run, place),
        ...(spreads
          ? [
              {
                kind: 'spreads',
                reason: `${others} other sources got a build file of that name within the day`,
                effect: 0.4,
              },
            ]
          : []),
      ],
      ...(isWeak && !spreads ? { atMost: 'log' as const } : {}),
    }),
  ];
}

export const buildScriptChanged: Detector = {
  metadata,
  judge,
  examples: buildScriptChangedExamples,
};

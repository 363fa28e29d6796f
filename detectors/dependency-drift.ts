import type { EventOf } from '../services/core/events/event.ts';
import { baseCascade } from './context/base-cascade.ts';
import { dependencyBot } from './context/dependency-bot.ts';
import { searchEntries } from './context/ledger-commands.ts';
import { isPipelineStranger } from './context/run-context.ts';
import { driftContext, weightOf } from './dependency-drift/drift-weight.ts';
import { type Drift, driftsIn } from './dependency-drift/drifts.ts';
import { judgeHook } from './dependency-drift/install-hook.ts';
import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { dependencyDriftExamples } from './examples/dependency-drift-examples.ts';
import { scoreOf } from './findings.ts';
import { listWords } from './text/list-words.ts';
import { changeRate, printOf } from './view/pipelines/fact-set.ts';
import { outputRepositories, placeOfRun, strengthOf } from './view/pipelines/run-facts.ts';
import {
  dependenciesMark,
  dependenciesOf,
  factsOfDependencies,
} from './view/pipelines/run-sets.ts';

/** Additions on one day in so many builds, or less, make one news. */
const RARE = 0.1;
/** Told of one build at most; a build in which more drifts has moved as a whole. */
const MAX_TOLD = 5;
/** As many that come from one other place at once are a mirror, not a trap. */
const MIRROR = 3;

const metadata: DetectorMetadata = {
  id: 'D08',
  rule: 'dependency-drift',
  version: 1,
  title: 'A build resolved a dependency to something else',
  description:
    'A build asked for what the builds before asked for and got other content: the same tag or version with another digest, another version than the one asked for, an older version than before, the same name from another index, or a package that came along for the first time. Or a package that never ran code at installation does so now. A version that is hours old and an install script weigh more; a bot that only raises versions, and a version that ran here before, weigh less.',
  severity: 'critical',
  listensTo: ['build.finished', 'package.published'],
  falsePositives: [
    'A version range that is resolved anew: on record, unless the version is hours old.',
    'Another platform of the same version has another digest.',
    'A maintainer who goes back to an older version that no build had: on record.',
    'A package proxy that is introduced for one dependency after the other.',
  ],
  knownGaps: [
    'Builds that do not say what they resolved give nothing to judge.',
    'Of more dependencies than fit the view (6 KB a workflow), the last to come are not known.',
    'How old a version is shows only where its publication was observed or the build says it.',
    'A bot or a person who pins something malicious on purpose has changed the request: D19 and tainted digests find it.',
  ],
  remediation:
    'Compare what came with what came before, take the build out of use until it is explained, and pin the dependency by digest.',
  references: {
    attack: ['T1195.001', 'T1195.002'],
    slsa: ['D: External build parameters', 'E: Build process', 'Dependency threats'],
    controls: ['SR-3', 'SR-4', 'SA-12', 'SI-7'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  if (event.type === 'package.published') return judgeHook(context, event);
  return event.type === 'build.finished' && event.data.dependencies !== undefined
    ? judgeRun(context, event.data)
    : [];
}

type Run = EventOf<'build.finished'>['data'];

function judgeRun(context: JudgeContext, run: Run): readonly FindingDraft[] {
  const { view, at, policy, actor } = context;
  const place = placeOfRun(view, run);
  const set = place.pipeline?.details?.dependencies;
  if (set === undefined || dependenciesMark(run) === set.mark) return [];
  const strength = strengthOf(set.observed, set.since, at, policy.learning);
  if (strength === 'none') return [];
  const found = dependenciesOf(run);
  if (found === undefined || printOf(factsOfDependencies(found)) === set.print) return [];
  const rare = changeRate(set, at) <= RARE;
  const drifts = driftsIn(set, found);
  if (drifts.length === 0) return [];
  const moved = drifts.filter(({ kind }) => kind === 'origin');
  const bot = dependencyBot(context, place, drifts);
  const told = drifts
    .map((drift) => ({ drift, base: weightOf(drift, strength, rare) }))
    .filter(({ base }) => base >= 0.2)
    .map(({ drift, base }) => {
      const circumstances: ContextDraft[] = [
        ...driftContext(view, drift, at),
        ...mirrorContext(drift, moved, found),
        ...cascadeContext(context, drift),
        ...bot,
      ];
      if (isPipelineStranger(place, actor) && drift.kind !== 'version') {
        circumstances.push({
          kind: 'actor-new',
          reason: `${actor} has never set off this workflow`,
          effect: 0.05,
        });
      }
      if (drift.kind === 'content' && holdsSecrets(run)) {
        circumstances.push({
          kind: 'secrets-in-reach',
          reason: 'Credentials are in the environment of the run, in reach of whatever came',
          effect: 0.1,
        });
      }
      return { drift, base, context: circumstances };
    })
    .sort((one, other) => scoreOf(other) - scoreOf(one) || byKey(one.drift, other.drift));
  const repository = outputRepositories(run)[0] ?? place.runs?.output ?? '';
  return told.slice(0, MAX_TOLD).map(({ drift, base, context: circumstances }) => {
    const { dependency } = drift;
    const digest = outputDigest(run, repository);
    return {
      title: titleOf(drift),
      message: `The run ${run.runId} of ${place.source}${actor === '' ? '' : `, set off by ${actor},`} ${sentenceOf(drift)}${told.length > MAX_TOLD ? ` ${told.length - MAX_TOLD} other dependencies drifted too: ${listWords(told.slice(MAX_TOLD).map((other) => other.drift.dependency.key))}.` : ''}`,
      subject: {
        kind: 'build' as const,
        key: `dependency:${place.source}#${dependency.key}`.slice(0, 1024),
        ...(repository === '' ? {} : { repository }),
        ...(digest === undefined ? {} : { digest }),
      },
      observed: {
        drift: drift.kind,
        dependency: dependency.key,
        declared: dependency.declared,
        version: dependency.version,
        origin: dependency.origin,
        now: drift.now,
      },
      expected: {
        before: drift.before,
        version: drift.known?.version ?? null,
        origin: drift.known?.origin ?? null,
        builds: drift.builds,
      },
      role: 'the build',
      evidence: [],
      base,
      context: circumstances,
      remediation: {
        owner: 'owner of the build pipeline',
        steps: [
          searchEntries('Find the builds that resolved it, and what they resolved it to.', {
            type: 'build.finished',
            ...(repository === '' ? {} : { repository }),
          }),
          { text: `Compare ${dependency.key} as it came with the copy of an earlier build.` },
          {
            text: 'Keep the outputs of the build from being used until the difference is explained; pin the dependency by digest.',
          },
        ],
      },
    };
  });
}

/** A mirror takes over many at once; one that moves alone to where others come from is how a name is shadowed. */
function mirrorContext(
  drift: Drift,
  moved: readonly Drift[],
  found: ReadonlyMap<string, { readonly key: string; readonly origin: string }>,
): readonly ContextDraft[] {
  if (drift.kind !== 'origin') return [];
  const alike = moved.filter(({ now }) => now === drift.now).length;
  if (alike >= MIRROR) {
    return [
      {
        kind: 'mirror',
        reason: `${alike} dependencies come from ${drift.now} now`,
        effect: -0.4,
      },
    ];
  }
  let serves = false;
  for (const other of found.values()) {
    if (other.key !== drift.dependency.key && other.origin === drift.now) serves = true;
  }
  return [
    {
      kind: 'moved-alone',
      reason: serves
        ? `Only this one moved, to an index that serves others: the same name may be somebody else's there`
        : 'Only this one moved',
      effect: serves ? 0.1 : 0.05,
    },
  ];
}

/** An image that builds start from moves as its own publishers move it. */
function cascadeContext({ view, at }: JudgeContext, drift: Drift): readonly ContextDraft[] {
  if (drift.kind !== 'content') return [];
  return baseCascade(view, { repository: '', base: drift.dependency.said, at }).context;
}

const SECRET = /TOKEN|PASSWORD|PASSWD|SECRET|CREDENTIAL|PRIVATE_KEY|API_KEY|ACCESS_KEY/i;

function holdsSecrets(run: Run): boolean {
  return run.environment?.some(({ name }) => SECRET.test(name)) === true;
}

function outputDigest(run: Run, repository: string): string | undefined {
  return run.outputs?.find((output) => output.repository === repository)?.digest;
}

function titleOf({ kind, dependency: { key, version } }: Drift): string {
  switch (kind) {
    case 'origin':
      return `${key} comes from another place`;
    case 'content':
      return `${key} ${version} has other content`;
    case 'unlocked':
      return `${key} is not the version that was asked for`;
    case 'version':
      return `${key} was resolved to another version`;
    case 'downgrade':
      return `${key} went back to an older version`;
    case 'added':
    case 'unasked':
      return `${key} came along with a build for the first time`;
    case 'declared':
      return `${key} is a new dependency`;
  }
}

function sentenceOf({ kind, dependency, known, before, now, builds }: Drift): string {
  const { key, declared, version } = dependency;
  switch (kind) {
    case 'origin':
      return `got ${key} from ${now}; the ${builds} builds before got it from ${before}.`;
    case 'content':
      return `asked for ${key} ${declared || version} as the ${builds} builds before, and got other content.`;
    case 'unlocked':
      return `asked for ${key} ${before} and got ${now}.`;
    case 'version':
      return `asked for ${key} ${declared} as before and got ${now} in place of ${before}.`;
    case 'downgrade':
      return `got ${key} ${now}, which is older than ${before}${known?.declared === declared ? ', though it asked for the same as before' : ': it asks for another version now'}.`;
    case 'added':
      return `got ${key} ${version} for the first time, though it asked for nothing new.`;
    case 'unasked':
      return `got ${key} ${version} for the first time.`;
    case 'declared':
      return `${dependency.direct ? 'asks for' : 'asks for other things and got'} ${key} ${version} for the first time.`;
  }
}

function byKey(one: Drift, other: Drift): number {
  return one.dependency.key < other.dependency.key ? -1 : 1;
}

export const dependencyDrift: Detector = { metadata, judge, examples: dependencyDriftExamples };

import { describeBuilder } from './builder-changed/describe-builder.ts';
import {
  builderContext,
  isUsual,
  returnContext,
  sourceContext,
} from './builder-changed/origin-context.ts';
import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { builderChangedExamples } from './examples/builder-changed-examples.ts';
import { scoreOf } from './findings.ts';
import type { Provenance } from './view/pipelines/learn-outputs.ts';
import type { OutputView } from './view/pipelines/pipelines-view.ts';
import {
  outputRepositories,
  placeOfRun,
  type Run,
  type Strength,
  strengthOf,
} from './view/pipelines/run-facts.ts';
import {
  EMPTY_TALLY,
  readTally,
  seenIn,
  sizeOf,
  type Tally,
  totalOf,
} from './view/pipelines/tally.ts';
import type { ProjectView } from './view/project-view.ts';
import { wasSeen } from './view/sources/ref-facts.ts';
import { sourceName } from './view/sources/source-name.ts';
import { refsOf } from './view/sources/sources-view.ts';

/** A repository that is filled from so many sources, or by so many builders, has no usual one. */
const MANY = 4;

const metadata: DetectorMetadata = {
  id: 'D05',
  rule: 'builder-changed',
  version: 1,
  title: 'A build comes from another source or builder than ever before',
  description:
    'The outputs of a build (or verified provenance) go to a repository that has always been filled from other source repositories or by other builders. A source that is new pages unless something independent speaks for it: commits that were built here before, the same owner, the project building from it already. A builder that is new in a repository is work or a record when it is another version of the usual one, of the same provider, or at home elsewhere in the project, and work when it was told for another repository within the day.',
  severity: 'critical',
  listensTo: ['build.started', 'build.finished', 'attestation.attached'],
  falsePositives: [
    'A source repository that moved to another owner with new commits at once; announce the move, or build an old commit there first.',
    'The first repository that moves to a new build service.',
  ],
  knownGaps: [
    'A repository with fewer than four builds in a week has no usual source yet.',
    'A malicious commit in the usual source, built by the usual builder, looks usual here (D06, D07, D10 and D21 look there).',
    'An attacker who owns a name with that of the repository in it only makes work instead of waking somebody.',
    'Builds that say neither source nor builder cannot be judged.',
  ],
  remediation:
    'Confirm with the owners of the pipeline that builds moved to this source or builder; until then do not let its outputs be tagged or used.',
  references: {
    attack: ['T1195.002', 'T1199', 'T1584'],
    slsa: ['C: Build from modified source', 'E: Build process', 'F: Artifact publication'],
    controls: ['CM-3', 'SR-4', 'SA-10'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  switch (event.type) {
    case 'build.started':
      return judgeRun(context, event.data);
    case 'build.finished': {
      if (event.data.outcome !== 'success') return [];
      const repositories = outputRepositories(event.data);
      if (repositories.length === 0) return judgeRun(context, event.data);
      return repositories.flatMap((repository) => judgeOutput(context, event.data, repository));
    }
    case 'attestation.attached': {
      const { data } = event;
      // What a build said of the digest was judged with the build.
      if (!data.verified || data.repository === undefined) return [];
      if (context.view.builds.has(data.digest)) return [];
      const outputs = [{ repository: data.repository, digest: data.digest }];
      return judgeOutput(context, { ...data, runId: data.runId ?? '', outputs }, data.repository);
    }
    // The rule listens to no other type.
    default:
      return [];
  }
}

function judgeOutput(
  context: JudgeContext,
  made: Provenance,
  repository: string,
): readonly FindingDraft[] {
  const { view, at, actor } = context;
  const output = view.pipelines.outputs.get(repository);
  if (output === undefined) return [];
  const source = made.sourceRepository === undefined ? '' : sourceName(made.sourceRepository);
  const builder = made.builderId ?? '';
  const newSource = newsIn(context, output, output.sources, source);
  const newBuilder = newsIn(context, output, output.builders, builder);
  if (newSource === 'none' && newBuilder === 'none') return [];
  const home = view.repositories.get(repository);
  const stranger =
    actor !== '' && home !== undefined && home.publishers.size > 0 && !home.publishers.has(actor);
  const sources =
    newSource === 'none'
      ? []
      : [
          ...sourceContext(view, output, { repository, source, commit: made.commit ?? '', at }),
          ...returnContext(seenIn(output.sources, source), at),
        ];
  const builders =
    newBuilder === 'none'
      ? []
      : [
          ...builderContext(view.pipelines, output.builders, builder, at),
          ...returnContext(seenIn(output.builders, builder), at),
        ];
  const both = newSource !== 'none' && newBuilder !== 'none';
  // Another builder alone wakes nobody where it builds what came by an observed branch.
  const branch = newSource === 'none' ? branchContext(view, source, made) : [];
  const strong = newSource === 'strong' || newBuilder === 'strong';
  return [
    describeBuilder({
      what: both ? 'source and builder' : newSource === 'none' ? 'builder' : 'source',
      repository,
      source,
      builder,
      actor,
      usualSources: readTally(output.sources),
      usualBuilders: readTally(output.builders),
      builds: output.builds,
      tags: tagsFor(made, repository),
      digest: made.outputs?.find((one) => one.repository === repository)?.digest ?? '',
      evidence: [{ ...output.ref, role: 'the build before' }],
      base: (strong ? 0.85 : 0.6) + (both ? 0.1 : 0),
      context: [
        // Where both are new, what speaks for the one does not speak for the other.
        ...(both ? weaker(sources, builders) : [...sources, ...builders, ...branch]),
        ...(stranger
          ? [
              {
                kind: 'publisher-new',
                reason: `${actor} has never published here`,
                effect: 0.05,
              },
            ]
          : []),
      ],
    }),
  ];
}

/** A run that has no outputs yet: only its builder can be unlike those of its source. */
function judgeRun(context: JudgeContext, run: Run): readonly FindingDraft[] {
  const { view, at, actor, policy } = context;
  const { builderId: builder = '' } = run;
  const { runs, source, started } = placeOfRun(view, run);
  if (runs === undefined || started || builder === '' || hasMany(runs.builders, at)) return [];
  const seen = seenIn(runs.builders, builder);
  if (seen !== undefined && isUsual(runs.builders, seen, at)) return [];
  const strength = strengthOf(totalOf(runs.builders), runs.since, at, policy.learning);
  if (strength === 'none') return [];
  const draft = describeBuilder({
    what: 'builder',
    repository: runs.output === '' ? source : runs.output,
    source,
    builder,
    actor,
    usualSources: [{ key: source, count: runs.runs }],
    usualBuilders: readTally(runs.builders),
    builds: runs.runs,
    tags: [],
    digest: '',
    evidence: [],
    base: strength === 'strong' && runs.output !== '' ? 0.5 : 0.35,
    context: [
      ...builderContext(view.pipelines, runs.builders, builder, at),
      ...returnContext(seen, at),
    ],
  });
  // What is mostly explained waits for its outputs.
  if (scoreOf(draft) < 0.3) return [];
  const { repository: _, ...subject } = draft.subject;
  return [{ ...draft, ...(runs.output === '' ? { subject } : {}), atMost: 'ticket' }];
}

function branchContext(
  view: ProjectView,
  source: string,
  { commit }: Provenance,
): readonly ContextDraft[] {
  const known = view.sources.repositories.get(source);
  if (known === undefined || commit === undefined || !wasSeen(refsOf(known), commit)) return [];
  return [
    {
      kind: 'usual-way',
      reason: 'The commit came by a branch of the usual source that was observed',
      effect: -0.15,
    },
  ];
}

function newsIn(
  { at, policy }: JudgeContext,
  output: OutputView,
  usual: Tally,
  name: string,
): Strength {
  if (name === '' || usual === EMPTY_TALLY || hasMany(usual, at)) return 'none';
  const seen = seenIn(usual, name);
  if (seen !== undefined && isUsual(usual, seen, at)) return 'none';
  const observed = totalOf(usual) - (seen?.count ?? 0);
  return strengthOf(observed, output.since, at, policy.learning);
}

/** What came for a day and was followed by the usual ones is none of them: attacks must not add up to a habit. */
function hasMany(usual: Tally, at: number): boolean {
  return (
    sizeOf(usual) >= MANY &&
    readTally(usual).filter((seen) => isUsual(usual, seen, at)).length >= MANY
  );
}

function weaker(
  one: readonly ContextDraft[],
  other: readonly ContextDraft[],
): readonly ContextDraft[] {
  const sum = (drafts: readonly ContextDraft[]) =>
    drafts.reduce((total, { effect }) => total + effect, 0);
  return sum(one) > sum(other) ? one : other;
}

function tagsFor(made: Provenance, repository: string): readonly string[] {
  return (made.outputs ?? []).flatMap((output) =>
    output.repository === repository ? (output.tags ?? []) : [],
  );
}

export const builderChanged: Detector = { metadata, judge, examples: builderChangedExamples };

import { searchEntries } from './context/ledger-commands.ts';
import { inspectDigest, placeOf } from './context/registry-commands.ts';
import { policyOfTag } from './detection-policy.ts';
import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { runTagDriftExamples } from './examples/run-tag-drift-examples.ts';
import { tagChangesOf } from './view/entry-facts.ts';
import type { RepositoryView } from './view/project-view.ts';
import { type RunStep, stepsOf } from './view/science/step-key.ts';
import { expectationOf } from './view/tag-habit.ts';

const metadata: DetectorMetadata = {
  id: 'D39',
  rule: 'run-tag-drift',
  version: 1,
  title: 'A run would get another image today',
  description:
    'A workflow run found its image under a tag, and the tag now points to other content; or two runs of one workflow used the same tag and got different images. Whoever repeats the run by its description gets other software. Tags that are meant to move are put on record; a tag that stays, or a run that is cited in a publication, asks for work.',
  severity: 'high',
  listensTo: ['workflow-run.finished', 'artifact.pushed', 'tag.moved'],
  falsePositives: ['A workflow that is meant to follow the newest image of a tag.'],
  knownGaps: [
    'A run that names neither digest nor a tag that was observed cannot be compared.',
    'Runs of other projects that use the tag are not seen here.',
  ],
  remediation:
    'Pin the image of the workflow by digest, and state with the publication which digest the results come from.',
  references: {
    attack: ['T1525'],
    slsa: ['D: External build parameters', 'H: Package registry threats'],
    controls: ['CM-2', 'CM-3', 'SI-7'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view } = context;
  const { event } = context.entry;
  if (event.type === 'workflow-run.finished') {
    if (view.science.steps.size === 0) return [];
    const told = new Set<string>();
    return stepsOf(view, event.data).flatMap((step) => judgeStep(context, step, told));
  }
  if (event.type !== 'artifact.pushed' && event.type !== 'tag.moved') return [];
  if (view.citations.size === 0) return [];
  const repository = view.repositories.get(event.data.repository);
  if (repository === undefined) return [];
  return tagChangesOf(event).flatMap(({ tag, to }) => judgeMove(context, repository, tag, to));
}

/** Two runs of one workflow, one reference, two images. */
function judgeStep(
  context: JudgeContext,
  step: RunStep,
  told: Set<string>,
): readonly FindingDraft[] {
  const { view } = context;
  const { event } = context.entry;
  const before = view.science.steps.get(step.key);
  if (before === undefined || step.tag === '' || before.reference !== step.reference) return [];
  if (before.digest === step.digest || told.has(step.reference)) return [];
  if (event.type !== 'workflow-run.finished' || before.run === event.data.runId) return [];
  told.add(step.reference);
  const repository = view.repositories.get(step.repository);
  return [
    describeDrift(context, {
      repository,
      name: step.repository,
      tag: step.tag,
      from: before.digest,
      to: step.digest,
      title: `Two runs of ${event.data.workflow ?? 'a workflow'} got different images under ${step.reference}`,
      message: `Run ${event.data.runId} of ${event.data.workflow ?? 'the workflow'} got ${step.digest} for its step ${step.name}; run ${before.run} had got ${before.digest} under the same name ${step.reference} on ${new Date(before.at).toISOString().slice(0, 10)}. Their results come from different software.`,
      role: 'the later run',
      evidence: [{ ...before.ref, role: 'the earlier run' }],
      publication: event.data.citation ?? view.citations.get(before.digest)?.publication ?? '',
    }),
  ];
}

/** A tag under which runs found their image goes elsewhere. */
function judgeMove(
  context: JudgeContext,
  repository: RepositoryView,
  tag: string,
  to: string,
): readonly FindingDraft[] {
  const known = repository.tags.get(tag);
  if (known === undefined || known.digest === to) return [];
  const citation = context.view.citations.get(known.digest);
  if (citation === undefined || !citation.tags.includes(tag)) return [];
  const runs = `${citation.runs} ${citation.runs === 1 ? 'run' : 'runs'}`;
  return [
    describeDrift(context, {
      repository,
      name: repository.name,
      tag,
      from: known.digest,
      to,
      title: `${repository.name}:${tag} is no longer what ${runs} used`,
      message: `${runs} found ${known.digest} under ${repository.name}:${tag}, which now points to ${to}. Who repeats them by the tag gets other software.`,
      role: 'the move',
      evidence: [{ ...citation.ref, role: 'a run that used the tag' }],
      publication: citation.publication,
    }),
  ];
}

type Drift = {
  readonly repository: RepositoryView | undefined;
  readonly name: string;
  readonly tag: string;
  readonly from: string;
  readonly to: string;
  readonly title: string;
  readonly message: string;
  readonly role: string;
  readonly evidence: FindingDraft['evidence'];
  readonly publication: string;
};

function describeDrift(context: JudgeContext, drift: Drift): FindingDraft {
  const { repository, name, tag, from, to, publication } = drift;
  const reference = `${name}:${tag}`;
  const known = repository?.tags.get(tag);
  const stays =
    policyOfTag(context.policy, tag) === 'immutable' ||
    (repository !== undefined &&
      expectationOf(repository, tag, known, context.at).kind === 'stays');
  const circumstances: ContextDraft[] = [
    ...(stays
      ? [{ kind: 'stays', reason: 'Tags of this kind are not expected to move', effect: 0.15 }]
      : []),
    ...(publication === ''
      ? []
      : [{ kind: 'published', reason: `Cited by ${publication}`, effect: 0.15 }]),
  ];
  return {
    title: drift.title,
    message: drift.message,
    subject: {
      kind: 'tag',
      key: `drift:${reference}`,
      ...(name === '' ? {} : { repository: name }),
      tag,
      digest: to,
    },
    observed: { digest: to, ...(publication === '' ? {} : { publication }) },
    expected: { digest: from },
    role: drift.role,
    evidence: drift.evidence,
    base: 0.3,
    context: circumstances,
    atMost: 'ticket',
    remediation: {
      owner: 'owner of the workflow',
      steps: [
        inspectDigest(
          placeOf(repository, { repository: name || 'REPOSITORY' }),
          from,
          'See that the image of the earlier runs is still there.',
        ),
        {
          text: `Write ${reference}@${from} in place of ${reference} in the workflow, so that every run gets the same image.`,
        },
        searchEntries('List the runs that used the image.', {
          digest: from,
          type: 'workflow-run.finished',
        }),
      ],
    },
  };
}

export const runTagDrift: Detector = { metadata, judge, examples: runTagDriftExamples };

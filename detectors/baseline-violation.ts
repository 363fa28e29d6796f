import { type Aspect, aspectsOf } from '../services/core/baseline/baseline.ts';
import type { ProvostEvent } from '../services/core/events/event.ts';
import { describeUndeclared, describeViolation } from './baseline-violation/describe-violation.ts';
import { observeAspect } from './baseline-violation/observe-aspect.ts';
import { strangersOf } from './context/approved-baseline/allows.ts';
import { type Circumstances, isInScope } from './context/approved-baseline/explains.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { baselineViolationExamples } from './examples/baseline-violation-examples.ts';
import type { ApprovedBaseline } from './view/baselines/baselines-view.ts';
import { tagChangesOf } from './view/entry-facts.ts';
import { DAY } from './view/limits.ts';
import { momentIn } from './view/tag-habit.ts';

const WEEK = 7 * DAY;

const metadata: DetectorMetadata = {
  id: 'B01',
  rule: 'baseline-violation',
  version: 1,
  title: 'What two people declared as known good is contradicted',
  description:
    'A push, a build, an inspection or a signature says something that an approved baseline of the repository does not know: another digest for a pinned tag, a move of a tag that was declared immutable, another builder, publisher, signer, base image, and so on. It is judged against the declaration alone, so it needs no history. Where the project requires declared baselines, a repository that publishes without one is told once a week.',
  severity: 'critical',
  listensTo: [
    'artifact.pushed',
    'tag.moved',
    'artifact.inspected',
    'build.finished',
    'attestation.attached',
    'signature.attached',
  ],
  falsePositives: [
    'The declaration is older than an intended change: propose a new version of the baseline.',
    'Globs that are too narrow for versions that change with every release.',
  ],
  knownGaps: [
    'What a producer does not say cannot contradict anything.',
    'Declared attestation habits and rates are shown by the baseline commands and judged by other rules.',
    'A baseline of certain tags is not held against inspections and signatures, which name no tag.',
  ],
  remediation:
    'Find out which of the two is wrong: undo the change, or have a new version of the baseline proposed and approved by two people.',
  references: {
    attack: ['T1525', 'T1195.002'],
    slsa: ['D: External build parameters', 'E: Build process', 'G: Package upload'],
    controls: ['CM-2', 'CM-3', 'SI-7'],
  },
};

/** Circumstances and habits that change for good reasons: on record, and never alone a reason to wake somebody. */
const WEAK: ReadonlySet<Aspect> = new Set([
  'hours',
  'rate',
  'clients',
  'networks',
  'size',
  'labels',
  'registries',
]);
/** The very content, pinned by two people. */
const PINNED: ReadonlySet<Aspect> = new Set(['digests', 'tag-behaviour']);

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view, policy } = context;
  const { event } = context.entry;
  const isRequired = policy.baselines === 'declared';
  if (view.baselines.count === 0 && !isRequired) return [];
  return placesOf(event).flatMap(({ repository, tags }) => {
    const approved = view.baselines.approved.get(repository) ?? [];
    if (approved.length === 0) return isRequired ? judgeUndeclared(context, repository) : [];
    return approved.flatMap((baseline) => judgeBaseline(context, baseline, repository, tags));
  });
}

function judgeBaseline(
  context: JudgeContext,
  baseline: ApprovedBaseline,
  repository: string,
  tags: readonly string[],
): readonly FindingDraft[] {
  const { view, policy, at, actor } = context;
  const { event } = context.entry;
  const { platform } = { platform: undefined, ...event.data };
  const circumstances: Circumstances = {
    tags,
    actor,
    source: event.source,
    builder: event.type === 'build.finished' ? event.data.builderId : undefined,
    platform: platform && `${platform.os}/${platform.architecture}`,
  };
  if (!isInScope(baseline.scope, circumstances)) return [];
  const facts = { repository: view.repositories.get(repository), at, actor };
  const violations = aspectsOf(baseline.value).flatMap((aspect) => {
    const expectation = baseline.value[aspect];
    if (expectation === undefined) return [];
    const observed = observeAspect(aspect, event, facts);
    const strange = observed.length === 0 ? [] : strangersOf(aspect, expectation, observed);
    return strange.length === 0 ? [] : [{ aspect, strange, expectation }];
  });
  if (violations.length === 0) return [];
  const isPinned = violations.some(({ aspect }) => PINNED.has(aspect));
  const strong = violations.filter(({ aspect }) => !WEAK.has(aspect)).length;
  return [
    describeViolation(context, baseline, {
      repository,
      tags,
      isPinned,
      violations,
      base: isPinned ? 0.8 : strong > 0 ? 0.6 : 0.3,
      context: [
        ...(strong > 1
          ? [
              {
                kind: 'several-aspects',
                reason: `It contradicts the baseline in ${strong} ways at once`,
                effect: 0.15,
              },
            ]
          : []),
        ...(policy.baselines === 'declared' && strong > 0
          ? [
              {
                kind: 'declared-required',
                reason: 'The project accepts only what is declared',
                effect: 0.2,
              },
            ]
          : []),
      ],
    }),
  ];
}

/** The first change of a week in a repository that should have a declared baseline. */
function judgeUndeclared(context: JudgeContext, name: string): readonly FindingDraft[] {
  const { view, policy, at } = context;
  const repository = view.repositories.get(name);
  if (repository === undefined || tagChangesOf(context.entry.event).length === 0) return [];
  if (repository.pushes < policy.learning.observations) return [];
  const last = momentIn(repository, 0);
  return Math.floor(at / WEEK) > Math.floor(last / WEEK)
    ? [describeUndeclared(context, name, Math.floor(at / WEEK))]
    : [];
}

/** Repositories that an event is about, with the tags that it sets there. */
function placesOf(
  event: ProvostEvent,
): readonly { readonly repository: string; readonly tags: readonly string[] }[] {
  switch (event.type) {
    case 'artifact.pushed':
      return [{ repository: event.data.repository, tags: event.data.tags }];
    case 'tag.moved':
      return [{ repository: event.data.repository, tags: [event.data.tag] }];
    case 'artifact.inspected':
      return [{ repository: event.data.repository, tags: [] }];
    case 'attestation.attached':
    case 'signature.attached':
      return event.data.repository === undefined
        ? []
        : [{ repository: event.data.repository, tags: [] }];
    case 'build.finished': {
      if (event.data.outcome !== 'success') return [];
      const places = new Map<string, string[]>();
      for (const { repository, tags = [] } of event.data.outputs ?? []) {
        if (repository === undefined) continue;
        places.set(repository, [...(places.get(repository) ?? []), ...tags]);
      }
      return [...places].map(([repository, tags]) => ({ repository, tags }));
    }
    // The other types are not held against baselines.
    default:
      return [];
  }
}

export const baselineViolation: Detector = {
  metadata,
  judge,
  examples: baselineViolationExamples,
};

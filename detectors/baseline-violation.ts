import { type Aspect, aspectsOf } from '../services/core/baseline/baseline.ts';
import type { ProvostEvent } from '../services/core/events/event.ts';
import {
  describeUndeclared,
  describeViolation,
  type Violation,
} from './baseline-violation/describe-violation.ts';
import { observeAspect } from './baseline-violation/observe-aspect.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { baselineViolationExamples } from './examples/baseline-violation-examples.ts';
import { strangersOf } from './view/baselines/allows.ts';
import type { ApprovedBaseline } from './view/baselines/baselines-view.ts';
import { changesOn } from './view/baselines/count-changes.ts';
import { circumstancesOf, isInScope, tagsInScope } from './view/baselines/in-scope.ts';
import { wantsAttestation } from './view/baselines/wants-attestation.ts';
import { tagChangesOf } from './view/entry-facts.ts';
import { DAY } from './view/limits.ts';
import type { AwaitedPush, ProjectView } from './view/project-view.ts';
import { momentIn } from './view/tag-habit.ts';

const WEEK = 7 * DAY;

const metadata: DetectorMetadata = {
  id: 'B01',
  rule: 'baseline-violation',
  version: 1,
  title: 'What two people declared as known good is contradicted',
  description:
    'A push, a build, an inspection or a signature says something that an approved baseline of the repository does not know: another digest for a pinned tag, a move of a tag that was declared immutable, another builder, publisher, signer, base image, more changes a day than were declared, a push that never got the attestation that was declared, and so on. It is judged against the declaration alone, so it needs no history. Where the project requires declared baselines, a repository that publishes without one is told once a week.',
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
    'A declared attestation is missed when the time is over that a push may wait for its explanation (one hour while nothing is known).',
    'Of a declared rate only the most changes a day bind: silence is looked for by other rules.',
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
  return placesOf(event, view).flatMap((place) => {
    const approved = view.baselines.approved.get(place.repository) ?? [];
    if (approved.length === 0) return isRequired ? judgeUndeclared(context, place.repository) : [];
    return approved.flatMap((baseline) => judgeBaseline(context, baseline, place));
  });
}

/** A push whose time for an attestation is over, where one was declared. */
function judgeDue(context: JudgeContext, due: AwaitedPush): readonly FindingDraft[] {
  if (due.attested || context.view.baselines.count === 0) return [];
  const { repository, digest, by, ref, at } = due;
  const about = { ref, at, actor: by };
  return (context.view.baselines.approved.get(repository) ?? []).flatMap((baseline) => {
    const expectation = baseline.value.attestation;
    const tags = tagsInScope(
      baseline.scope,
      due.tags.map(({ tag }) => tag),
    );
    const circumstances = { tags, actor: by, source: ref.source };
    if (expectation === undefined || !wantsAttestation(baseline)) return [];
    if (!isInScope(baseline.scope, circumstances)) return [];
    const violations = [{ aspect: 'attestation' as const, strange: ['none'], expectation }];
    return describe(context, baseline, { repository, digest, tags, violations }).map((draft) => ({
      ...draft,
      about,
    }));
  });
}

function judgeBaseline(
  context: JudgeContext,
  baseline: ApprovedBaseline,
  place: Place,
): readonly FindingDraft[] {
  const { view, at, actor } = context;
  const { event } = context.entry;
  const tags = tagsInScope(baseline.scope, place.tags);
  if (!isInScope(baseline.scope, circumstancesOf(event, tags, actor))) return [];
  const changes = changesOn(baseline, at);
  const repository = view.repositories.get(place.repository);
  const facts = { repository, at, actor, tags, changes: changes + 1 };
  const violations = aspectsOf(baseline.value).flatMap((aspect) => {
    const expectation = baseline.value[aspect];
    if (expectation === undefined) return [];
    const observed = observeAspect(aspect, event, facts);
    const strange = observed.length === 0 ? [] : strangersOf(aspect, expectation, observed);
    // A day that has too many changes is told of once, at the first of them.
    const isTold =
      aspect === 'rate' && strangersOf(aspect, expectation, [String(changes)]).length > 0;
    return strange.length === 0 || isTold ? [] : [{ aspect, strange, expectation }];
  });
  return violations.length === 0 ? [] : describe(context, baseline, { ...place, tags, violations });
}

function describe(
  context: JudgeContext,
  baseline: ApprovedBaseline,
  told: Place & { readonly violations: readonly Violation[] },
): readonly FindingDraft[] {
  const { violations } = told;
  const isRequired = context.policy.baselines === 'declared';
  const isPinned = violations.some(({ aspect }) => PINNED.has(aspect));
  const strong = violations.filter(({ aspect }) => !WEAK.has(aspect)).length;
  return [
    describeViolation(baseline, {
      ...told,
      isPinned,
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
        ...(isRequired && strong > 0
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

type Place = {
  readonly repository: string;
  readonly digest?: string;
  readonly tags: readonly string[];
};

/** Repositories that an event is about, with the tags that it sets there, or that point to what it is about. */
function placesOf(event: ProvostEvent, view: ProjectView): readonly Place[] {
  switch (event.type) {
    case 'artifact.pushed': {
      const { repository, digest, tags } = event.data;
      return [{ repository, digest, tags }];
    }
    case 'tag.moved': {
      const { repository, to, tag } = event.data;
      return [{ repository, digest: to, tags: [tag] }];
    }
    case 'artifact.inspected':
    case 'attestation.attached':
    case 'signature.attached': {
      const { repository, digest } = event.data;
      return repository === undefined
        ? []
        : [{ repository, digest, tags: tagsOf(view, repository, digest) }];
    }
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

/** The tags that point to a digest; looked for only where somebody declared something. */
function tagsOf(view: ProjectView, name: string, digest: string): readonly string[] {
  if (!view.baselines.approved.has(name)) return [];
  const tags = view.repositories.get(name)?.tags ?? [];
  return [...tags].flatMap(([tag, known]) => (known.digest === digest && !known.gone ? [tag] : []));
}

export const baselineViolation: Detector = {
  metadata,
  judge,
  judgeDue,
  examples: baselineViolationExamples,
};

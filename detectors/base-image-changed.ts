import { describeBase } from './base-image-changed/describe-base.ts';
import { type BaseName, basesOf, baseTaint } from './base-image-changed/observed-base.ts';
import { baseCascade } from './context/base-cascade.ts';
import { strangerContext, unexplainedContext } from './context/push-context.ts';
import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { baseImageChangedExamples } from './examples/base-image-changed-examples.ts';
import { twinOf } from './view/content/compare-records.ts';
import type { BaseHabit, ContentView } from './view/content/content-view.ts';
import { baseNameOf } from './view/content/image-facts.ts';
import { cutDigest } from './view/content/image-record.ts';
import { imagesOfCommit, recordAfter } from './view/content/learn-content.ts';
import { digestIn } from './view/explain.ts';
import { DAY } from './view/limits.ts';
import { repositoryOfImage } from './view/pipelines/bases.ts';
import type { RepositoryView } from './view/project-view.ts';

const metadata: DetectorMetadata = {
  id: 'D19',
  rule: 'base-image-changed',
  version: 1,
  title: 'An image is built on another base',
  description:
    "The base of an image is another repository or registry than the repository's images were built on so far, a digest that the base's own repository in this project never had, a digest that went back, or one that is known bad; or a base that was pinned for a month moved without another commit. A digest that moves with its base is the ordinary case and says nothing.",
  severity: 'critical',
  listensTo: ['artifact.pushed', 'artifact.inspected', 'build.finished'],
  falsePositives: [
    'A team that moves its image to another distribution.',
    'A registry mirror that is put in front of the bases.',
  ],
  knownGaps: [
    'Producers that do not name the base leave nothing to judge.',
    'A base outside the project whose publisher was taken over moves like any other; when it becomes known, the taint finds it.',
  ],
  remediation:
    'Ask why the base changed and who vouches for it; rebuild on the base before if nobody does.',
  references: {
    attack: ['T1195.001', 'T1525'],
    slsa: ['D: Build process inputs', 'Dependency threats'],
    controls: ['SR-3', 'SR-11', 'CM-2'],
  },
};

/** Images on a base until it is what the repository is built on, and how long a digest must have stayed to be pinned. */
const HABIT = 4;
const PINNED_IMAGES = 8;
const PINNED_TIME = 30 * DAY;

function judge(context: JudgeContext): readonly FindingDraft[] {
  return basesOf(context.entry.event).flatMap(({ repository: name, digest, base }) => {
    const { view, at } = context;
    const taint = baseTaint(view, base.digest);
    const repository = view.repositories.get(name);
    const content = repository?.content;
    const bases = content?.bases ?? [];
    const known = baseLike(bases, base);
    // The same base again, or the same image again, is no news but for a taint.
    const isAgain =
      known !== undefined && base.digest !== undefined && known.digest === cutDigest(base.digest);
    if (repository === undefined) return [];
    const about = { repository, digest, base };
    if (taint !== undefined && !isAgain) {
      return [
        describeBase(context, {
          ...about,
          kind: 'tainted',
          why: taint.reason,
          score: 0.9,
          expected: {},
          evidence: taint.evidence,
          context: [],
        }),
      ];
    }
    if (isAgain || content === undefined) return [];
    if (base.name !== undefined && known === undefined) {
      const named = bases.filter((one) => one.name !== '' && isHabit(one));
      if (named.length === 0) return [];
      const expected = { baseImage: named.map((one) => one.name) };
      return [
        describeBase(context, {
          ...about,
          kind: 'other-base',
          why: `Its images were built on ${named.map((one) => one.name).join(', ')}`,
          score: 0.45,
          expected,
          evidence: [],
          context: circumstancesOf(context, repository, content, digest),
        }),
      ];
    }
    if (known === undefined || base.digest === undefined || known.digest === '') return [];
    const cascade = baseCascade(view, { repository: name, base, at });
    if (cascade.context.length > 0) return [];
    const home =
      base.name === undefined ? undefined : view.repositories.get(repositoryOfImage(base.name));
    const expected = { baseDigest: known.digest };
    if (home !== undefined && isWatched(home, known) && digestIn(home, base.digest) === undefined) {
      return [
        describeBase(context, {
          ...about,
          kind: 'unknown-digest',
          why: `${home.name} of this project never had that digest`,
          score: 0.65,
          expected,
          evidence: [],
          context: circumstancesOf(context, repository, content, digest),
        }),
      ];
    }
    if (known.before !== '' && known.before === cutDigest(base.digest) && at - known.first > DAY) {
      return [
        describeBase(context, {
          ...about,
          kind: 'back',
          why: 'The base goes back to the digest before',
          score: 0.35,
          expected,
          evidence: [],
          context: circumstancesOf(context, repository, content, digest),
        }),
      ];
    }
    const isPinned =
      known.count >= PINNED_IMAGES &&
      at - known.since >= PINNED_TIME &&
      known.first === known.since;
    if (!isPinned || !isSameCommit(context, content)) return [];
    return [
      describeBase(context, {
        ...about,
        kind: 'pinned',
        why: `The base had the same digest for ${known.count} images`,
        score: 0.35,
        expected,
        evidence: [],
        context: circumstancesOf(context, repository, content, digest),
      }),
    ];
  });
}

/** The bases of the project come from where their pushes are seen: there were many, or the one before came from there. */
function isWatched(home: RepositoryView, { count, digest, first, since }: BaseHabit): boolean {
  if (home.pushes >= HABIT) return true;
  // Images have followed the base when it moved, or there were enough of them on the one.
  if (home.pushes === 0 || (count < HABIT && first === since)) return false;
  for (const tag of home.tags.values()) {
    if (cutDigest(tag.digest) === digest) return true;
    if (tag.before?.some((point) => cutDigest(point.digest) === digest) === true) return true;
  }
  return false;
}

/** The habit of a base: by its name, or by its digest where it has none. */
function baseLike(bases: readonly BaseHabit[], { name, digest }: BaseName): BaseHabit | undefined {
  if (name !== undefined) {
    const cut = baseNameOf(name);
    return bases.find((habit) => habit.name === cut);
  }
  if (digest === undefined) return undefined;
  const cut = cutDigest(digest);
  return bases.find((habit) => habit.digest === cut);
}

function isHabit({ count, first, last, since }: BaseHabit): boolean {
  return count >= HABIT || last - since > 7 * DAY || first > since;
}

/** Asked for only where there is something to tell: most images on another base are no news. */
function circumstancesOf(
  context: JudgeContext,
  repository: RepositoryView,
  content: ContentView,
  digest: string,
): readonly ContextDraft[] {
  const commit = {
    kind: 'same-commit',
    reason: 'The commit and the script are those of the image before',
    effect: 0.2,
  };
  return [
    ...(isSameCommit(context, content) ? [commit] : []),
    ...unexplainedContext(context.view, repository, digest, 0.15),
    ...strangerContext(repository, context.actor, 0.1),
  ];
}

/** The same commit, and another base: nobody asked for it in the source. */
function isSameCommit(context: JudgeContext, content: ContentView): boolean {
  const after = recordAfter(context.view, context.entry, context.at);
  if (after === undefined || after.record.claimed) return false;
  const likewise = { ...after.record, baseName: '' };
  return twinOf(imagesOfCommit(content, after.record.commit), likewise) !== undefined;
}

export const baseImageChanged: Detector = { metadata, judge, examples: baseImageChangedExamples };

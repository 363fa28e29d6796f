import { isInScope } from '../../../detectors/view/baselines/in-scope.ts';
import type { Expectations } from '../../core/baseline/baseline.ts';
import { describeImageDiff } from '../../core/image/describe-image-diff.ts';
import { diffImages, type ImageDiff } from '../../core/image/diff-images.ts';
import {
  type BaselineDiff,
  type BuildChange,
  type DeclaredBaseline,
  type DiffSide,
  linkTo,
} from '../baseline-view.ts';
import { describeImage } from './describe-image.ts';
import { buildOf, diffBuilds } from './diff-builds.ts';
import { findViolations } from './find-violations.ts';
import type { KnownImage } from './image-entries.ts';

/** What an image is held against: an approved baseline, or where there is none what was learned. */
export type Yardstick = {
  readonly name: string;
  readonly version?: number;
  readonly value: Expectations;
};

/** The yardstick of an image: its approved baseline whose scope it fits, else the established habits. */
export function yardstickFor(
  image: KnownImage,
  declared: readonly DeclaredBaseline[],
  learned: Expectations,
): Yardstick | undefined {
  const tags = image.tag === undefined ? [] : [image.tag];
  const baseline = declared.find(
    ({ status, scope }) => status === 'approved' && isInScope(scope, { tags, actor: '' }),
  );
  const version = baseline?.versions.find(({ status }) => status === 'approved');
  if (baseline !== undefined && version !== undefined)
    return { name: baseline.baselineId, version: version.version, value: version.value };
  return Object.keys(learned).length === 0 ? undefined : { name: 'learned', value: learned };
}

/** Says how an image and its build differ from another one and from what is known good, as JSON and as lines. */
export function toBaselineDiff(
  image: KnownImage,
  other: KnownImage | undefined,
  yardstick: Yardstick | undefined,
): BaselineDiff {
  const difference = other && diffImages(describeImage(other), describeImage(image));
  const build = other === undefined ? [] : buildChanges(other, image);
  const entries = [...image.entries, ...image.children.flatMap((child) => child.entries)];
  const violations = yardstick === undefined ? [] : findViolations(entries, yardstick.value);
  const { name = 'none', version } = yardstick ?? {};
  return {
    of: sideOf(image),
    against:
      other === undefined
        ? { baseline: name, ...(version === undefined ? {} : { version }) }
        : sideOf(other),
    same: (difference?.same ?? true) && build.length === 0 && violations.length === 0,
    ...(difference === undefined ? {} : { image: { ...difference } }),
    build,
    violations,
    text: [
      ...(other === undefined ? [] : describeDifference(image, other, difference, build)),
      ...describeViolations(yardstick, violations),
    ],
  };
}

function buildChanges(from: KnownImage, to: KnownImage): BuildChange[] {
  return diffBuilds(buildOf(from.entries)?.event, buildOf(to.entries)?.event);
}

function describeDifference(
  image: KnownImage,
  other: KnownImage,
  difference: ImageDiff | undefined,
  build: readonly BuildChange[],
): readonly string[] {
  return [
    `${nameOf(image)} compared with ${nameOf(other)}`,
    ...(difference === undefined ? [] : describeImageDiff(difference)),
    ...build.map(
      ({ field, added, removed }) =>
        `build ${field}: ${[...removed.map((value) => `- ${value}`), ...added.map((value) => `+ ${value}`)].join('  ')}`,
    ),
  ];
}

function describeViolations(
  yardstick: Yardstick | undefined,
  violations: BaselineDiff['violations'],
): readonly string[] {
  if (yardstick === undefined) return ['nothing is known good here so far'];
  const { name, version } = yardstick;
  const head =
    version === undefined ? 'the learned baseline' : `baseline ${name} version ${version}`;
  if (violations.length === 0) return [`${head} knows all of it`];
  return violations.map(
    ({ aspect, observed, expected }) =>
      `${head} does not know ${aspect} ${observed.slice(0, 8).join(', ')}; expected ${wordsOf(expected)}`,
  );
}

/** An expectation in words: a few of its values, or its range. */
export function wordsOf(expectation: NonNullable<Expectations[keyof Expectations]>): string {
  if (Array.isArray(expectation)) {
    const more = expectation.length - 4;
    return expectation.slice(0, 4).join(', ') + (more > 0 ? ` and ${more} more` : '');
  }
  const { min, max } = expectation;
  if (min === undefined) return `at most ${max}`;
  return max === undefined ? `at least ${min}` : `${min} to ${max}`;
}

function sideOf({ repository, tag, digest, entries }: KnownImage): DiffSide {
  return {
    repository,
    ...(tag === undefined ? {} : { tag }),
    digest,
    entries: entries.slice(-16).map((entry) => linkTo(entry, entry.event.type)),
  };
}

function nameOf({ repository, tag, digest }: KnownImage): string {
  return `${repository}${tag === undefined ? '' : `:${tag}`}@${digest}`;
}

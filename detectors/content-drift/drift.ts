import { strangerContext, unexplainedContext } from '../context/push-context.ts';
import type { ContextDraft, JudgeContext } from '../detector.ts';
import {
  type Comparison,
  compareRecords,
  cousinOf,
  predecessorOf,
  twinOf,
} from '../view/content/compare-records.ts';
import type { ContentView } from '../view/content/content-view.ts';
import { isContentEvent, isRoot } from '../view/content/image-facts.ts';
import type { ImageRecord } from '../view/content/image-record.ts';
import {
  hasKin,
  imagesOf,
  imagesOfCommit,
  type KnownImage,
  recordAfter,
  recordsMadeOf,
} from '../view/content/learn-content.ts';
import { namesMissing } from '../view/content/name-filter.ts';
import type { RepositoryView } from '../view/project-view.ts';
import { type BitWindow, missesOf } from '../windows/bit-window.ts';

/** An image that is not what it ought to be, and by how much that weighs. */
export type Drift = {
  readonly repository: RepositoryView;
  readonly digest: string;
  readonly comparison: Comparison;
  /** What differs, in the words of people. */
  readonly differs: readonly string[];
  readonly added: readonly string[];
  readonly why: string;
  readonly base: number;
  readonly context: readonly ContextDraft[];
};

/** Pairs that were equal until the next that is not is news, and until it wakes somebody. */
const REPEATS = 2;
const ALWAYS_REPEATS = 8;
/** Images, or pairs of them, that agree until one that does not is news. */
const MIN_LIKES = 4;

/** The drift that this event shows; undefined when there is none, or nothing to compare with. */
export function driftOf(context: JudgeContext): Drift | undefined {
  const { view, entry, at } = context;
  const { event } = entry;
  if (!isContentEvent(event)) return undefined;
  const home = view.repositories.get(event.data.repository ?? '')?.content;
  const tellsUser = event.type === 'artifact.inspected' && event.data.user !== undefined;
  if (home === undefined || !(tellsUser || hasKin(view, home, event))) return undefined;
  const after = recordAfter(view, entry, at);
  const repository = after && view.repositories.get(after.repository);
  const content = repository?.content;
  if (after === undefined || repository === undefined || content === undefined) return undefined;
  const { digest } = event.data;
  const { known, record, names = [] } = after;
  const kin = kinDrift(context, { repository, digest, known, record, names });
  if (kin !== 'no-kin') return kin;
  const powers = judgeUser(imagesOf(content), known, record);
  if (powers !== undefined) {
    const circumstances = [
      ...unexplainedContext(view, repository, digest, 0.2),
      ...strangerContext(repository, context.actor, 0.1),
    ];
    return { repository, digest, ...powers, context: circumstances };
  }
  // Without a commit, that nothing explains the image makes its content a question.
  if (record.commit !== '' && !record.claimed) return undefined;
  const circumstances = [
    ...unexplainedContext(view, repository, digest, 0.2),
    ...strangerContext(repository, context.actor, 0.1),
  ];
  if (!circumstances.some(({ kind }) => kind === 'unexplained-here')) return undefined;
  const images = imagesOf(content);
  const before = predecessorOf(images, record);
  const like = before ?? images.at(-1);
  if (like === undefined) return undefined;
  const comparison = compareRecords(like, record);
  const added = before === undefined ? [] : namesMissing(before.names, names);
  const differs =
    before === undefined ? unlikeAll(images, known, record) : differencesOf(comparison, added);
  if (differs.length === 0) return undefined;
  return {
    repository,
    digest,
    comparison,
    differs,
    added,
    why: 'No build and no commit say why',
    base: comparison.config.length > 0 ? 0.45 : 0.35,
    context: circumstances,
  };
}

/** The drifts of images that were here before anybody said what they were made of. */
export function lateDriftsOf(context: JudgeContext): readonly Drift[] {
  return recordsMadeOf(context.view, context.entry).flatMap((image) => {
    const drift = kinDrift(context, image);
    return drift === undefined || drift === 'no-kin' ? [] : [drift];
  });
}

/** How the image differs from another of the same commit; undefined when it does not, `no-kin` when there is none. */
function kinDrift(
  { view, actor }: JudgeContext,
  { repository, digest, known, record, names = [] }: KnownImage,
): Drift | undefined | 'no-kin' {
  const { content } = repository;
  if (content === undefined) return 'no-kin';
  const kindred = imagesOfCommit(content, record.commit);
  const twin = twinOf(kindred, record);
  const kin = twin ?? cousinOf(kindred, record);
  if (kin === undefined) return 'no-kin';
  const find = twin === undefined ? cousinOf : twinOf;
  const seen = find([kin], known) === undefined ? undefined : compareRecords(kin, known);
  const now = compareRecords(kin, record);
  const found =
    twin === undefined ? judgeCousin(content, now, seen) : judgeTwin(content, now, seen, names);
  if (found === undefined) return undefined;
  const circumstances = [
    ...(twin === undefined ? [] : builderContext(twin, record)),
    ...strangerContext(repository, actor, 0.1),
    ...unexplainedContext(view, repository, digest, 0.1),
  ];
  return { repository, digest, ...found, context: circumstances };
}

/** An image that runs as root where all that are remembered do not: its source may say so, but somebody should know. */
function judgeUser(
  images: readonly ImageRecord[],
  known: ImageRecord,
  record: ImageRecord,
): Omit<Drift, 'repository' | 'digest' | 'context'> | undefined {
  if (!isRoot(record.user) || isRoot(known.user)) return undefined;
  const others = images.filter(({ digest, user }) => digest !== record.digest && user !== '');
  const before = others.at(-1);
  if (others.length < MIN_LIKES || before === undefined) return undefined;
  if (others.some(({ user }) => isRoot(user))) return undefined;
  const unlike = unlikeAll(images, known, record);
  return {
    comparison: compareRecords(before, record),
    added: [],
    differs: ['user (root, or nobody named)', ...unlike.filter((part) => part !== 'user')],
    why: `The last ${others.length} images all ran as a user without powers`,
    base: unlike.includes('entrypoint') ? 0.6 : 0.45,
  };
}

/** What of an image is unlike all that are remembered of its platform, where those agree. */
function unlikeAll(
  images: readonly ImageRecord[],
  known: ImageRecord,
  record: ImageRecord,
): readonly string[] {
  const others = images.filter(
    ({ digest, platform }) => digest !== record.digest && platform === record.platform,
  );
  if (others.length < MIN_LIKES) return [];
  const isUnlike = (field: 'depth' | 'entry' | 'user' | 'variables'): boolean => {
    const [value] = others.map((one) => one[field]);
    return (
      value !== '' &&
      value !== -1 &&
      record[field] !== '' &&
      record[field] !== -1 &&
      record[field] !== value &&
      known[field] !== record[field] &&
      others.every((one) => one[field] === value)
    );
  };
  return [
    ...(isUnlike('entry') ? ['entrypoint'] : []),
    ...(isUnlike('user') ? ['user'] : []),
    ...(isUnlike('variables') ? ['environment'] : []),
    ...(isUnlike('depth')
      ? [`layers (${others[0]?.depth} in all others, ${record.depth} here)`]
      : []),
  ];
}

/** A second build of the same source, where second builds give the same. */
function judgeCousin(
  content: ContentView,
  now: Comparison,
  seen: Comparison | undefined,
): Omit<Drift, 'repository' | 'digest' | 'context'> | undefined {
  const repeats = repeated(content.cousins);
  if (repeats < MIN_LIKES || now.layers !== 'differ' || seen?.layers !== undefined)
    return undefined;
  return {
    comparison: now,
    added: [],
    differs: differencesOf(now, []),
    why: `Both are of the same commit and script; the last ${repeats} such pairs were equal`,
    base: 0.6,
  };
}

function judgeTwin(
  content: ContentView,
  now: Comparison,
  seen: Comparison | undefined,
  names: readonly string[],
): Omit<Drift, 'repository' | 'digest' | 'context'> | undefined {
  const added = seen?.packages === undefined ? namesMissing(now.before.names, names) : [];
  // What was told at an earlier event of the image is not told again.
  const config = now.config.filter((part) => seen?.config.includes(part) !== true);
  const about = { comparison: now, added };
  if (now.base === 'changed') return judgeNewBase(content, now, seen, config, about);
  const same = now.base === 'same' ? 'commit, script and base' : 'commit and script';
  if (config.length > 0) {
    return {
      ...about,
      differs: differencesOf({ ...now, config, layers: undefined }, added),
      why: `The image is of the same ${same} as the one before`,
      base:
        config.includes('entrypoint') || config.includes('user')
          ? pick(now, 0.8, 0.6)
          : pick(now, 0.4, 0.35),
    };
  }
  const layersNew = now.layers === 'differ' && seen?.layers === undefined;
  const repeats = repeated(content.same);
  if (layersNew && repeats >= REPEATS) {
    return {
      ...about,
      differs: differencesOf(now, added),
      why: `The image is of the same ${same}; the last ${repeats} such pairs were equal`,
      base: repeats >= ALWAYS_REPEATS ? 0.8 : 0.6,
    };
  }
  const packagesRepeat = repeated(content.packages);
  if (now.packages === 'differ' && seen?.packages === undefined) {
    // Where packages come and go unpinned, one more is none of our business.
    if (packagesRepeat < REPEATS && (content.packages?.count ?? 0) >= REPEATS) return undefined;
    const weight = packagesRepeat >= MIN_LIKES ? 0.25 : 0;
    return {
      ...about,
      differs: [
        `packages (${now.before.packageCount} before, ${now.after.packageCount} now)`,
        ...differencesOf({ ...now, layers: undefined }, added),
      ],
      why: `The image is of the same ${same}`,
      base: (added.length > 0 ? 0.4 : 0.3) + weight,
    };
  }
  return undefined;
}

/** Another base explains what comes with the base: not the layers above it, and hardly another entrypoint. */
function judgeNewBase(
  content: ContentView,
  now: Comparison,
  seen: Comparison | undefined,
  config: Comparison['config'],
  about: Pick<Drift, 'comparison' | 'added'>,
): Omit<Drift, 'repository' | 'digest' | 'context'> | undefined {
  const { before, layers, above } = now;
  if (layers === 'differ' && seen?.layers === undefined && before.own > 0 && above < before.own) {
    const repeats = repeated(content.above);
    if (repeats >= 1) {
      return {
        ...about,
        differs: [`layers above the base (${above} of ${before.own} are the same)`, ...config],
        why: 'Only the base is another; until now the layers above it stayed as they were then',
        base: repeats >= 4 ? 0.7 : 0.5,
      };
    }
  }
  const own = config.filter((part) => part !== 'environment');
  if (own.length === 0) return undefined;
  return {
    ...about,
    differs: own,
    why: 'Commit and script are the same, and only the base is another',
    base: 0.4,
  };
}

/** How many pairs were equal, when all were. */
function repeated(window: BitWindow | undefined): number {
  return window === undefined || missesOf(window) > 0 ? 0 : window.count;
}

function pick({ base }: Comparison, certain: number, guess: number): number {
  return base === 'same' ? certain : guess;
}

function differencesOf(comparison: Comparison, added: readonly string[]): readonly string[] {
  const { layers, config, before, after } = comparison;
  return [
    ...config,
    ...(layers === 'differ' ? [`layers (${before.depth} before, ${after.depth} now)`] : []),
    ...(added.length === 0 ? [] : [`${added.length} packages that were not in it`]),
  ];
}

function builderContext(before: ImageRecord, after: ImageRecord): readonly ContextDraft[] {
  if (before.builder === '' || after.builder === '' || before.builder === after.builder) return [];
  return [
    {
      kind: 'builder-changed',
      reason: 'Another builder made it than the one before: its tools may be the difference',
      effect: -0.25,
    },
  ];
}

import type { EventData } from '../../services/core/events/catalogue.ts';
import { inspectCommit, listBranchesWith } from '../context/git-commands.ts';
import { searchEntries } from '../context/ledger-commands.ts';
import type { FindingDraft, JudgeContext } from '../detector.ts';
import { DAY, HOUR } from '../view/limits.ts';
import { plainUpdatesOf } from '../view/sources/branches.ts';
import { readPusher, readPushers } from '../view/sources/pushers.ts';
import {
  commitAfter,
  delayStep,
  hasOtherTag,
  isHabit,
  isOwnCommit,
  isReachable,
  type RefName,
  refName,
  strayOf,
} from '../view/sources/ref-facts.ts';
import { leafOf, sourceName } from '../view/sources/source-name.ts';
import type { RefsView } from '../view/sources/sources-view.ts';
import { type BitWindow, missesOf, WINDOW } from '../windows/bit-window.ts';
import { type Sign, weighSigns } from './sign.ts';

type RefUpdate = EventData<'source.ref-updated'>;

/** A ref that moved: is its commit on a branch, by whom, how old, and who pushed it? */
export function judgeRef(context: JudgeContext, data: RefUpdate): readonly FindingDraft[] {
  const repository = sourceName(data.sourceRepository);
  const refs = context.view.sources.repositories.get(repository)?.refs;
  const commit = commitAfter(data);
  if (refs === undefined || commit === undefined) return [];
  const ref = refName(data.ref);
  if (ref.kind === 'other') return [];
  const signs =
    ref.kind === 'tag'
      ? tagSigns(context, refs, data, commit)
      : branchSigns(context, refs, data, ref.name);
  const weighed = weighSigns(signs);
  if (weighed === undefined) return [];
  const { main, base, context: others } = weighed;
  return [
    {
      title: `${leafOf(repository)}@${ref.name}: ${TITLES[main.kind] ?? 'an unusual push'}`,
      message: `${context.actor || 'An unknown actor'} pointed the ${ref.kind} ${ref.name} of ${repository} to ${commit}. ${[main, ...others].map(({ reason }) => `${reason}.`).join(' ')}`,
      subject: {
        kind: 'source-ref',
        key: `source-ref:${repository}@${ref.name}`,
        ...(ref.kind === 'tag' && ref.name.length <= 128 ? { tag: ref.name } : {}),
      },
      observed: {
        commit,
        signs: signs.map(({ kind }) => kind),
        ...(data.author === undefined ? {} : { author: data.author.name }),
        ...(data.committer === undefined ? {} : { committer: data.committer.name }),
        ...(data.authoredAt === undefined ? {} : { authoredAt: data.authoredAt }),
        ...(data.reachableFrom === undefined ? {} : { branches: data.reachableFrom.slice(0, 8) }),
      },
      expected: expectedOf(refs, ref),
      role: 'the push',
      evidence: [],
      base,
      context: others,
      remediation: {
        owner: 'maintainers of the source repository',
        steps: [
          inspectCommit(data.sourceRepository, commit, 'Look at what the commit changes.'),
          listBranchesWith(data.sourceRepository, commit),
          {
            text: `Ask ${data.author?.name ?? 'the named author'} whether this is their commit, and ${context.actor || 'who pushed'} why it was pushed.`,
          },
          searchEntries('List the builds that ran since.', {
            type: 'build.started',
            from: new Date(context.at).toISOString(),
          }),
        ],
      },
    },
  ];
}

const TITLES: Readonly<Record<string, string>> = {
  'on-no-branch': 'a commit that is on no branch',
  'commit-unseen': 'a commit that was never seen on a branch',
  'author-not-pusher': 'somebody else’s commit',
  'written-long-ago': 'an old commit',
  'tagger-new': 'a release tag by a first-time tagger',
  'history-rewritten': 'history rewritten',
};

function tagSigns(
  context: JudgeContext,
  refs: RefsView,
  data: RefUpdate,
  commit: string,
): readonly Sign[] {
  const signs: Sign[] = [];
  const stray = strayOf(refs, data, commit);
  if (stray !== undefined) {
    // Many tags in one go are one story, told at the first.
    const { stray: before } = refs;
    if (before !== undefined && before.by === context.actor && context.at - before.at < HOUR) {
      return [];
    }
    signs.push(
      stray.kind === 'on-no-branch'
        ? {
            kind: stray.kind,
            reason: `The commit is on no branch; those of the last ${stray.observed} tags were`,
            weight: stray.observed >= 8 ? 0.65 : 0.55,
          }
        : {
            kind: stray.kind,
            reason: `The commit was never seen on a branch; those of the last ${stray.observed} tags were`,
            weight: 0.4,
          },
    );
  } else if (isReachable(data) === false && refs.reachable.count < 3 && refs.updates >= 10) {
    if (!hasOtherTag(refs, '', commit)) {
      signs.push({ kind: 'on-no-branch', reason: 'The commit is on no branch', weight: 0.3 });
    }
  }
  const stranger = isNewTagger(context, refs);
  if (stranger) {
    signs.push({
      kind: 'tagger-new',
      reason: `${context.actor} has never set a tag here`,
      weight: 0.3,
    });
  }
  return [
    ...signs,
    ...foreignSigns(context, refs, data, stranger),
    ...lateSigns(refs, data, context.at),
  ];
}

function branchSigns(
  context: JudgeContext,
  refs: RefsView,
  data: RefUpdate,
  name: string,
): readonly Sign[] {
  const updates = plainUpdatesOf(refs.branches, name);
  const signs: Sign[] = [];
  if (data.forced === true && updates >= 10) {
    signs.push({
      kind: 'history-rewritten',
      reason: `The branch was rewritten, which its ${updates} updates before never did`,
      weight: 0.35,
    });
    const stranger = context.actor !== '' && readPusher(refs.pushers, context.actor) === undefined;
    if (stranger && refs.pushers !== '') {
      signs.push({
        kind: 'pusher-new',
        reason: `${context.actor} has never pushed here`,
        weight: 0.15,
      });
    }
  }
  return [
    ...signs,
    ...foreignSigns(context, refs, data, false),
    ...lateSigns(refs, data, context.at),
  ];
}

/** Releases are set by few: a first-time tagger is on record, and aggravates. */
function isNewTagger({ actor, at }: JudgeContext, refs: RefsView): boolean {
  if (actor === '' || (readPusher(refs.pushers, actor)?.tags ?? 0) > 0) return false;
  const { full, partial, name } = refs.habits;
  const tags = full.tags + partial.tags + name.tags;
  if (tags < 4 || at - refs.since < 14 * DAY) return false;
  return [...readPushers(refs.pushers).values()].some((pusher) => pusher.tags > 0);
}

/** Somebody else's commit, pushed by one who only ever pushed their own. */
function foreignSigns(
  { actor }: JudgeContext,
  refs: RefsView,
  data: RefUpdate,
  stranger: boolean,
): readonly Sign[] {
  if (isOwnCommit(data) !== false) return [];
  const pusher = readPusher(refs.pushers, actor);
  const isTag = refName(data.ref).kind === 'tag';
  const window = isTag ? refs.ownTags : refs.ownBranches;
  const against =
    pusher === undefined || pusher.count < 6
      ? window.count >= (isTag ? 5 : 12) && isHabit(window)
      : pusher.foreign <= pusher.count / 20;
  if (!against) return [];
  const author = data.author?.name ?? data.committer?.name ?? '';
  const spoofed = readPusher(refs.pushers, author) !== undefined;
  return [
    {
      kind: 'author-not-pusher',
      reason: `${actor || 'An unknown actor'} pushed what names ${author}${spoofed ? ', who pushes here themselves,' : ''} as its author; that is not usual here`,
      weight: stranger ? 0.1 : spoofed && isForeignPusher(refs, actor, window) ? 0.45 : 0.25,
    },
  ];
}

/** Somebody nobody has seen pushes in the name of one who always pushes themselves, as all do here. */
function isForeignPusher(refs: RefsView, actor: string, own: BitWindow): boolean {
  return (
    actor !== '' &&
    readPusher(refs.pushers, actor) === undefined &&
    own.count === WINDOW &&
    missesOf(own) === 0
  );
}

/** Written long before it was pushed, where commits come fresh. */
function lateSigns(refs: RefsView, data: RefUpdate, at: number): readonly Sign[] {
  const step = delayStep(data, at);
  if (step === undefined || step < 3) return [];
  const { delays } = refs;
  const observed = delays.reduce((sum, count) => sum + count, 0);
  const asLate = delays.slice(step).reduce((sum, count) => sum + count, 0);
  if (observed < 8 || asLate > observed / 20) return [];
  const days = Math.round((at - Date.parse(data.authoredAt ?? '')) / DAY);
  return [
    {
      kind: 'written-long-ago',
      reason: `The commit says that it was written ${days} days before; ${observed - asLate} of ${observed} came sooner here`,
      weight: 0.2,
    },
  ];
}

function expectedOf(refs: RefsView, ref: RefName): Record<string, unknown> {
  const pushers = [...readPushers(refs.pushers)]
    .filter(([, pusher]) => ref.kind !== 'tag' || pusher.tags > 0)
    .map(([name]) => name)
    .slice(-8);
  return { pushers, ...(ref.kind === 'tag' ? { commit: 'on a branch, as before' } : {}) };
}

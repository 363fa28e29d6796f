import type { Entry } from '../../../services/core/events/event.ts';
import { createBitWindow, observe } from '../../windows/bit-window.ts';
import { setNewest } from '../bounded-map.ts';
import { refOf } from '../entry-facts.ts';
import { GAP_SPACING, STRETCH } from '../limits.ts';
import { shareText } from '../shared-text.ts';
import { tagClass } from '../tag-class.ts';
import { learnTagChange } from '../tag-habit.ts';
import { countUpdate } from './branches.ts';
import { isBuildFile } from './build-file.ts';
import { commitKey, rememberCommit } from './commits.ts';
import { countPush } from './pushers.ts';
import {
  commitAfter,
  commitBefore,
  delayStep,
  hasOtherTag,
  isOwnCommit,
  isReachable,
  refName,
  type Stray,
  strayOf,
  wasSeen,
} from './ref-facts.ts';
import {
  MAX_COMMITS,
  MAX_REF_POINTS,
  MAX_SOURCE_TAGS,
  type RefsView,
  type TagRefView,
} from './sources-view.ts';

type RefEntry = Entry<'source.ref-updated'>;

/** Folds a ref update into what is usual in its source: tags, branches, pushers, and how commits come to them. */
export function learnRef(refs: RefsView, entry: RefEntry, at: number): void {
  const { data } = entry.event;
  refs.updates += 1;
  const { kind, name } = refName(data.ref);
  const after = commitAfter(data);
  learnPusher(refs, entry, kind === 'tag', at);
  if (after === undefined) {
    if (kind === 'tag') learnRemoval(refs, name, entry, at);
    return;
  }
  const own = isOwnCommit(data);
  const step = delayStep(data, at);
  if (step !== undefined) refs.delays[step] = (refs.delays[step] ?? 0) + 1;
  if (kind === 'tag') {
    const reachable = isReachable(data);
    learnBranchHabit(refs, strayOf(refs, data, after), {
      reachable,
      seen: wasSeen(refs, after),
      by: data.pusher?.name ?? '',
      at,
    });
    if (own !== undefined) observe(refs.ownTags, own);
    learnTag(refs, name, after, entry, at);
    if (reachable === true) refs.commits = rememberCommit(refs.commits, after, MAX_COMMITS);
  } else if (kind === 'branch') {
    if (own !== undefined) observe(refs.ownBranches, own);
    if (data.paths !== undefined) {
      refs.scripts ??= createBitWindow();
      observe(refs.scripts, data.paths.some(isBuildFile));
    }
    refs.branches = countUpdate(refs.branches, name, data.forced === true);
    refs.commits = rememberCommit(refs.commits, after, MAX_COMMITS);
  }
}

/**
 * Strays of one week count once, and the first ones do not count: an attack that goes on must not become the habit
 * that hides the next, while a new way of releasing becomes the habit after some weeks.
 */
function learnBranchHabit(
  refs: RefsView,
  stray: Stray | undefined,
  tag: { reachable: boolean | undefined; seen: boolean; by: string; at: number },
): void {
  if (stray !== undefined) {
    const counted = refs.stray?.counted ?? tag.at;
    const counts = tag.at - counted >= GAP_SPACING;
    refs.stray = { at: tag.at, by: tag.by, counted: counts ? tag.at : counted };
    if (!counts) return;
  }
  if (tag.reachable !== undefined) observe(refs.reachable, tag.reachable);
  observe(refs.seen, tag.seen);
}

function learnPusher(
  refs: RefsView,
  { event: { data } }: RefEntry,
  isTag: boolean,
  at: number,
): void {
  if (data.pusher === undefined) return;
  const isForeign = isOwnCommit(data) === false;
  refs.pushers = countPush(refs.pushers, data.pusher.name, { at, isTag, isForeign });
}

function learnTag(refs: RefsView, name: string, after: string, entry: RefEntry, at: number): void {
  const { data } = entry.event;
  const habit = refs.habits[tagClass(name)];
  const commit = commitKey(after);
  const said = commitBefore(data);
  const known = refs.tags.get(name);
  const before = known?.commit ?? (said === undefined ? undefined : commitKey(said));
  const by = shareText(data.pusher?.name ?? '');
  if (before === undefined) {
    learnTagChange(habit, false, at);
    keep(refs, name, { commit, gone: false, last: at, moves: 0, moveDays: 0, by });
    return;
  }
  if (before === commit) {
    if (known === undefined) {
      keep(refs, name, { commit, gone: false, last: at, moves: 0, moveDays: 0, by });
    } else if (known.gone) known.gone = false;
    return;
  }
  learnTagChange(habit, true, at);
  if (known === undefined || known.moves > 0) {
    observe(refs.accompanied, hasOtherTag(refs, name, after));
  }
  const tag = known ?? { commit: before, gone: false, last: 0, moves: 0, moveDays: 0, by: '' };
  const point = { commit: before, since: tag.last, until: at, by, ref: refOf(entry) };
  tag.before = [...(tag.before ?? []), point].slice(-MAX_REF_POINTS);
  if (tag.moves === 0 || at - tag.last >= STRETCH) tag.moveDays += 1;
  tag.moves += 1;
  tag.commit = commit;
  tag.gone = false;
  tag.last = at;
  tag.by = by;
  keep(refs, name, tag);
}

/** A removal keeps the commit: a tag that comes back as another commit has moved. */
function learnRemoval(refs: RefsView, name: string, entry: RefEntry, at: number): void {
  const said = commitBefore(entry.event.data);
  const known = refs.tags.get(name);
  if (known !== undefined) known.gone = true;
  else if (said !== undefined) {
    const by = entry.event.data.pusher?.name ?? '';
    keep(refs, name, {
      commit: commitKey(said),
      gone: true,
      last: at,
      moves: 0,
      moveDays: 0,
      by,
    });
  }
}

function keep(refs: RefsView, name: string, tag: TagRefView): void {
  setNewest(refs.tags, name, tag, MAX_SOURCE_TAGS);
}

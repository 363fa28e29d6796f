import type { EventData } from '../../../services/core/events/catalogue.ts';
import { type BitWindow, missesOf } from '../../windows/bit-window.ts';
import { DAY, HOUR } from '../limits.ts';
import { rememberLast } from '../remember-last.ts';
import { commitKey, recallsCommit } from './commits.ts';
import type { RefsView } from './sources-view.ts';

type RefUpdate = EventData<'source.ref-updated'>;

const TAG = 'refs/tags/';
const BRANCH = 'refs/heads/';
const NO_COMMIT = /^0+$/;

export type RefName = { readonly kind: 'tag' | 'branch' | 'other'; readonly name: string };

/** What a ref is; a bare name is a tag when it looks like a version, since producers of tags drop the prefix too. */
export function refName(ref: string): RefName {
  if (ref.startsWith(TAG)) return { kind: 'tag', name: ref.slice(TAG.length) };
  if (ref.startsWith(BRANCH)) return { kind: 'branch', name: ref.slice(BRANCH.length) };
  if (ref.startsWith('tags/')) return { kind: 'tag', name: ref.slice(5) };
  if (ref.startsWith('heads/')) return { kind: 'branch', name: ref.slice(6) };
  if (ref.startsWith('refs/') || ref.startsWith('pull/')) return { kind: 'other', name: ref };
  return { kind: /^v?\d+(?:\.\d+)*(?:[-+.].*)?$/.test(ref) ? 'tag' : 'branch', name: ref };
}

/**
 * The kind of ref a run builds: every tag is one kind, so is every pull request, and every branch of one prefix
 * (`bot/update-3` is `bot/*`) or number (`fix-12` is `fix-*`).
 */
export const refKind = rememberLast(kindOfRef);

function kindOfRef(ref: string): string {
  const { kind, name } = refName(ref);
  if (kind === 'tag') return 'tags';
  if (kind !== 'branch') return 'pull requests';
  const slash = name.indexOf('/');
  return slash === -1 ? name.replace(/\d+$/, '*') : `${name.slice(0, slash)}/*`;
}

/** The commit after the update, or undefined when the ref was removed. */
export function commitAfter({ after }: RefUpdate): string | undefined {
  return after === undefined || after === null || isNoCommit(after) ? undefined : after;
}

export function commitBefore({ before }: RefUpdate): string | undefined {
  return before === undefined || before === null || isNoCommit(before) ? undefined : before;
}

/** Git writes a ref that is not there as zeros. */
function isNoCommit(commit: string): boolean {
  return commit.startsWith('0') && NO_COMMIT.test(commit);
}

/** Whether the update itself says that the commit is on a branch; undefined when it does not say. */
export function isReachable({ reachableFrom }: RefUpdate): boolean | undefined {
  return reachableFrom === undefined ? undefined : reachableFrom.length > 0;
}

/** Whether the commit has been on a branch of this source, as far as its refs were observed. */
export function wasSeen(refs: RefsView, commit: string): boolean {
  return recallsCommit(refs.commits, commit);
}

export type Stray = {
  /** The producer says that it is on no branch, or it was only never seen on one. */
  readonly kind: 'on-no-branch' | 'commit-unseen';
  /** Of how many tags before that is untrue. */
  readonly observed: number;
};

/** A tag's commit that is on no branch, where those of the tags before were; undefined where that is usual or unknown. */
export function strayOf(refs: RefsView, update: RefUpdate, commit: string): Stray | undefined {
  const { reachable, seen } = refs;
  const said = isReachable(update);
  if (said === false && reachable.count >= 3 && isHabit(reachable)) {
    return { kind: 'on-no-branch', observed: reachable.count };
  }
  if (said !== true && seen.count >= 6 && isHabit(seen) && !wasSeen(refs, commit)) {
    return hasOtherTag(refs, '', commit)
      ? undefined
      : { kind: 'commit-unseen', observed: seen.count };
  }
  return undefined;
}

/** Nearly always yes: one exception in sixteen. */
export function isHabit(window: BitWindow): boolean {
  return missesOf(window) <= window.count / 16;
}

/** Whether a tag other than the one named points to the commit. */
export function hasOtherTag(refs: RefsView, tag: string, commit: string): boolean {
  const prefix = commitKey(commit);
  for (const [name, other] of refs.tags) {
    if (name !== tag && other.commit === prefix && !other.gone) return true;
  }
  return false;
}

/**
 * Whether who pushed also wrote or committed it; undefined when the update does not name both sides. A forge that
 * commits on people's behalf is no author.
 */
export function isOwnCommit({ pusher, author, committer }: RefUpdate): boolean | undefined {
  if (pusher === undefined || (author === undefined && committer === undefined)) return undefined;
  return isSame(pusher, author) || isSame(pusher, committer);
}

/** Steps of the time from writing a commit to pushing it, in milliseconds; what is longer is a step of its own. */
const DELAY_STEPS = [HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY];

/** The step of the delay, or undefined when the update does not say when the commit was written. */
export function delayStep({ authoredAt }: RefUpdate, at: number): number | undefined {
  if (authoredAt === undefined) return undefined;
  const delay = at - Date.parse(authoredAt);
  if (Number.isNaN(delay)) return undefined;
  const step = DELAY_STEPS.findIndex((limit) => delay < limit);
  return step === -1 ? DELAY_STEPS.length : step;
}

type Actor = NonNullable<RefUpdate['pusher']>;

function isSame(one: Actor, other: Actor | undefined): boolean {
  if (other === undefined) return false;
  if (one.id !== undefined && one.id === other.id) return true;
  return one.name.toLowerCase() === other.name.toLowerCase();
}

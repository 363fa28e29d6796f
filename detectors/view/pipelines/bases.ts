import type { Entry } from '../../../services/core/events/event.ts';
import { withNewest } from '../../windows/kept-list.ts';
import { setNewest, setRecent } from '../bounded-map.ts';
import { refOf } from '../entry-facts.ts';
import { HOUR } from '../limits.ts';
import type { EntryRef } from '../project-view.ts';
import { shareText } from '../shared-text.ts';

/** Base digests a project; the one unused for longest is forgotten. */
export const MAX_BASES = 512;
/** Repositories kept of one base digest: enough to say that several moved. */
export const MAX_BASE_USERS = 8;
/** Repositories that serve as bases; the one unused for longest is forgotten. */
const MAX_BASE_REPOSITORIES = 64;

/** Which repositories were built on a base digest lately, and the first entry that showed each. */
export type BaseUse = {
  first: number;
  users: readonly { readonly repository: string; readonly at: number; readonly ref: EntryRef }[];
};

export type BasesView = {
  /** By base digest. */
  readonly uses: Map<string, BaseUse>;
  /** Names of repositories that served as bases, without registry, tag and digest → when last. */
  readonly repositories: Map<string, number>;
};

export function createBasesView(): BasesView {
  return { uses: new Map(), repositories: new Map() };
}

/** Remembers that an image of the repository was built on the base. */
export function learnBase(
  bases: BasesView,
  entry: Entry,
  use: {
    readonly repository: string;
    readonly base: { readonly name?: string | undefined; readonly digest?: string | undefined };
    readonly at: number;
  },
): void {
  const { repository, base, at } = use;
  if (base.name !== undefined) {
    setNewest(bases.repositories, repositoryOfImage(base.name), at, MAX_BASE_REPOSITORIES);
  }
  if (base.digest === undefined) return;
  const known = bases.uses.get(base.digest) ?? { first: at, users: [] };
  setRecent(bases.uses, base.digest, known, MAX_BASES);
  if (known.users.some((user) => user.repository === repository)) return;
  // The newest say whether several moved within hours; the oldest say nothing any more.
  const user = { repository: shareText(repository), at, ref: refOf(entry) };
  known.users = withNewest(known.users, user, MAX_BASE_USERS);
}

/** Others that were built on the base in the hours before, each once. */
export function recentUsers(
  bases: BasesView,
  digest: string,
  repository: string,
  at: number,
): BaseUse['users'] {
  const use = bases.uses.get(digest);
  if (use === undefined) return [];
  return use.users.filter((user) => user.repository !== repository && at - user.at <= 48 * HOUR);
}

/** `lab/base` of `registry.example:5000/lab/base:1.2@sha256:…`; a first part with a dot, a colon or `localhost` is a host. */
export function repositoryOfImage(name: string): string {
  const digest = name.indexOf('@');
  let path = digest === -1 ? name : name.slice(0, digest);
  const slash = path.indexOf('/');
  const head = slash === -1 ? '' : path.slice(0, slash);
  if (head.includes('.') || head.includes(':') || head === 'localhost')
    path = path.slice(slash + 1);
  const tag = path.indexOf(':');
  return tag === -1 ? path : path.slice(0, tag);
}

/** The tag of an image's name, or undefined when it names none. */
export function tagOfImage(name: string): string | undefined {
  const digest = name.indexOf('@');
  const path = digest === -1 ? name : name.slice(0, digest);
  const tag = path.lastIndexOf(':');
  return tag > path.lastIndexOf('/') ? path.slice(tag + 1) : undefined;
}

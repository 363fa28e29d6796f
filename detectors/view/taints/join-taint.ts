import type { EntryRef } from '../project-view.ts';
import { isBadVersion } from './in-range.ts';
import type { Statement } from './read-statement.ts';
import type { Taint, UsesView } from './taints-view.ts';
import { versionKey } from './use-keys.ts';
import { visitUses } from './use-log.ts';
import type { UseKind } from './uses-of.ts';

/** A use that a taint turns out to reach. */
export type ReachedUse = {
  readonly kind: UseKind;
  readonly what: string;
  readonly ref: EntryRef;
  /** The last of several pulls. */
  readonly last?: EntryRef;
  readonly count: number;
  /** It used what was made of the bad thing, not the thing itself. */
  readonly derived: boolean;
  readonly weak: boolean;
  /** It made or holds the bad thing, and did not take it from elsewhere. */
  readonly own: boolean;
};

export type Join = {
  /** By project, in the order of the ledger. */
  readonly reached: ReadonlyMap<string, readonly ReachedUse[]>;
  /** Digest keys that are bad now: the named one, and everything that was made of it. */
  readonly tainted: ReadonlyMap<number, Taint>;
};

/** An image on an image on an image on the bad one: further generations are found when they are used again. */
const MAX_PASSES = 5;

/**
 * Everything that used the bad thing, or something that was made of it, in any of the projects. Joins on resolved
 * digests and versions alone: who was pinned by another digest, or merely built at the same time, is not reached.
 */
export function joinTaint(
  views: Iterable<readonly [project: string, view: UsesView]>,
  statement: Statement,
): Join {
  const all = [...views];
  const targets = new Map<number, Taint>();
  const { statement: said, digest } = statement;
  if (digest !== undefined) targets.set(digest, { statement: said, derived: false, weak: false });
  for (const [, view] of all) addVersions(targets, view, statement);
  const versions = new Set(targets.keys());
  if (digest !== undefined) versions.delete(digest);
  const reached = new Map<string, Map<number, ReachedUse>>();
  for (let pass = 0, before = -1; pass < MAX_PASSES && targets.size !== before; pass += 1) {
    before = targets.size;
    for (const [project, view] of all) {
      const found = reached.get(project) ?? new Map<number, ReachedUse>();
      joinUses(found, view, targets);
      if (found.size > 0) reached.set(project, found);
    }
  }
  for (const [project, view] of all) {
    const pulls = joinPulls(view, targets);
    if (pulls.length === 0) continue;
    const found = reached.get(project) ?? new Map<number, ReachedUse>();
    for (const pull of pulls) found.set(-1 - found.size, pull);
    reached.set(project, found);
  }
  // Versions match through their package when they are used again: only digests are remembered by key.
  for (const key of versions) targets.delete(key);
  return {
    reached: new Map([...reached].map(([project, uses]) => [project, inOrder(uses)])),
    tainted: targets,
  };
}

/** As they lie in the ledger, pulls behind them. */
function inOrder(uses: ReadonlyMap<number, ReachedUse>): readonly ReachedUse[] {
  const place = (position: number) =>
    position < 0 ? Number.MAX_SAFE_INTEGER + position : position;
  return [...uses].sort(([one], [other]) => place(one) - place(other)).map(([, use]) => use);
}

function addVersions(targets: Map<number, Taint>, view: UsesView, { ranges }: Statement): void {
  for (const [packageKey, range, id] of ranges) {
    const { statement, weak, unpinnedOnly } = range;
    for (const version of (view.versions.get(packageKey) ?? '').split(' ')) {
      if (version === '' || !isBadVersion(range, version)) continue;
      const key = versionKey(id, version);
      const taint = { statement, derived: false, weak };
      targets.set(-key, taint);
      if (!unpinnedOnly) targets.set(key, taint);
    }
  }
}

function joinUses(
  found: Map<number, ReachedUse>,
  view: UsesView,
  targets: Map<number, Taint>,
): void {
  const lists = listsWith(view, targets);
  const isAsked = (key: number) => targets.has(key);
  const isAskedList = (list: number) => lists.has(list);
  visitUses(view.uses, isAsked, isAskedList, (position, { kind, what, ref, keys, makes }) => {
    if (found.has(position)) return;
    const ingredients =
      typeof keys === 'number' ? (lists.has(keys) ? view.lists.get(keys) : []) : keys;
    let best: { taint: Taint; own: boolean } | undefined;
    for (const key of ingredients ?? []) {
      const taint = targets.get(key);
      // The bad thing itself tells more than its offspring.
      if (taint !== undefined && (best === undefined || (best.taint.derived && !taint.derived))) {
        best = { taint, own: false };
      }
    }
    for (const key of best === undefined ? makes : []) {
      const taint = targets.get(key);
      if (taint !== undefined) best ??= { taint, own: true };
    }
    if (best === undefined) return;
    const { derived, weak } = best.taint;
    found.set(position, { kind, what, ref, count: 1, derived, weak, own: best.own });
    for (const key of makes) {
      if (!targets.has(key)) targets.set(key, { ...best.taint, derived: true });
    }
  });
}

function listsWith(view: UsesView, targets: ReadonlyMap<number, Taint>): ReadonlySet<number> {
  const found = new Set<number>();
  for (const [list, keys] of view.lists) if (keys.some((key) => targets.has(key))) found.add(list);
  return found;
}

function joinPulls({ pulled }: UsesView, targets: ReadonlyMap<number, Taint>): ReachedUse[] {
  const uses: ReachedUse[] = [];
  for (const [key, { derived, weak }] of targets) {
    const pull = key < 0 ? undefined : pulled.get(key);
    if (pull === undefined) continue;
    const { repository, first, last, count } = pull;
    uses.push({
      kind: 'pull',
      what: repository,
      ref: first,
      last,
      count,
      derived,
      weak,
      own: false,
    });
  }
  return uses;
}

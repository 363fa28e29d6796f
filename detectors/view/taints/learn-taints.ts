import type { EventType } from '../../../services/core/events/catalogue.ts';
import { oldestOf, setBounded, setNewest } from '../bounded-map.ts';
import { actorOf, refOf } from '../entry-facts.ts';
import type { Learner } from '../learner.ts';
import type { EntryRef } from '../project-view.ts';
import { joinTaint } from './join-taint.ts';
import { matchUse } from './match-use.ts';
import { readStatement, type Statement } from './read-statement.ts';
import {
  type BadView,
  MAX_LISTED_KEYS,
  MAX_LISTS,
  MAX_PACKAGES,
  MAX_PULLED,
  MAX_RANGES,
  MAX_SAID,
  MAX_TAINTS,
  MAX_VERSIONS,
  MIN_USES,
  USES_PER_REPOSITORY,
  type UsesView,
} from './taints-view.ts';
import { hashKeys, hashText, type KnownPackage } from './use-keys.ts';
import { addUse, keepNewestUses } from './use-log.ts';
import { type Ingredient, type Use, useOf } from './uses-of.ts';

/** Events that use something that may be, or become, known bad. */
const USE_TYPES: readonly EventType[] = [
  'artifact.pushed',
  'artifact.pulled',
  'tag.moved',
  'build.finished',
  'workflow-run.finished',
  'sbom.attached',
  'artifact.inspected',
  'package.published',
];

/** Ingredients that a line holds itself; a longer list is shared by all uses that have the same. */
const SHORT_LIST = 8;
/** Ingredients that are remembered of one use; of a larger bill of materials the ledger has the rest. */
const MAX_INGREDIENTS = 8192;

export const taintsLearner: Learner = {
  listensTo: [...USE_TYPES, 'digest.tainted'],
  learn: ({ taints, repositories }, entry) => {
    const { event } = entry;
    if (event.type === 'digest.tainted') {
      const statement = readStatement({ ...entry, event });
      for (const [key, taint] of joinTaint([['', taints]], statement).tainted) {
        setBounded(taints.tainted, key, taint, MAX_TAINTS);
      }
      learnRanges(taints, statement);
      return;
    }
    const use = useOf(event);
    if (use === undefined) return;
    learnBadUse(taints, use, actorOf(event));
    const maxUses = Math.max(MIN_USES, repositories.size * USES_PER_REPOSITORY);
    learnUse(taints, use, refOf(entry), maxUses);
  },
};

/** Remembers what an entry used and made. */
export function learnUse(view: UsesView, use: Use, ref: EntryRef, maxUses: number): void {
  const { kind, what, makes, ingredients } = use;
  if (kind === 'pull') {
    for (const { key } of ingredients) learnPull(view, key, what, ref);
    return;
  }
  const keys = rememberIngredients(view, ingredients);
  addUse(view.uses, { kind, what, makes, ref, keys });
  if (view.uses.count > maxUses * 1.25) {
    keepNewestUses(view.uses, maxUses);
    view.forgotten = true;
  }
}

/** What is made of something bad is bad, and a use that was reported is not news again. */
export function learnBadUse(view: BadView, use: Use, actor: string): void {
  const taint = matchUse(view, use)?.taint;
  if (taint === undefined) return;
  for (const key of use.makes) {
    if (!view.tainted.has(key)) {
      setBounded(view.tainted, key, { ...taint, derived: true }, MAX_TAINTS);
    }
  }
  setBounded(view.said, saidKey(use, taint.statement.label, actor), true, MAX_SAID);
}

export function learnRanges(view: BadView, { ranges }: Statement): void {
  for (const [packageKey, range] of ranges) {
    const known = view.ranges.get(packageKey) ?? [];
    setNewest(view.ranges, packageKey, [...known, range].slice(-MAX_VERSIONS), MAX_RANGES);
  }
}

/** Whether the use was not reported before: a repository, a run or a puller is reported once for each bad thing. */
export function isNews(view: BadView, use: Use, label: string, actor: string): boolean {
  return !view.said.has(saidKey(use, label, actor));
}

function saidKey({ kind, what }: Use, label: string, actor: string): number {
  return hashText(JSON.stringify([label, kind, what, kind === 'pull' ? actor : '']));
}

function learnPull(view: UsesView, key: number, repository: string, ref: EntryRef): void {
  const known = view.pulled.get(key);
  if (known !== undefined) {
    known.count += 1;
    known.last = ref;
    return;
  }
  if (view.pulled.size >= MAX_PULLED) view.forgotten = true;
  setBounded(view.pulled, key, { count: 1, repository, first: ref, last: ref }, MAX_PULLED);
}

function rememberIngredients(
  view: UsesView,
  ingredients: readonly Ingredient[],
): readonly number[] | number {
  const keys: number[] = [];
  for (const ingredient of ingredients) {
    if (keys.length === MAX_INGREDIENTS) {
      view.forgotten = true;
      break;
    }
    keys.push(ingredient.key);
  }
  if (keys.length <= SHORT_LIST) {
    for (const { package: named } of ingredients) if (named) rememberVersion(view, named);
    return keys;
  }
  const list = hashKeys(keys);
  const known = view.lists.get(list);
  if (known !== undefined) {
    setNewest(view.lists, list, known, Number.MAX_SAFE_INTEGER);
    return list;
  }
  view.listedKeys += keys.length;
  for (const { package: named } of ingredients) if (named) rememberVersion(view, named);
  view.lists.set(list, keys);
  while (
    view.lists.size > 1 &&
    (view.lists.size > MAX_LISTS || view.listedKeys > MAX_LISTED_KEYS)
  ) {
    const oldest = oldestOf(view.lists);
    if (oldest === undefined) break;
    view.lists.delete(oldest[0]);
    view.listedKeys -= oldest[1].length;
    view.forgotten = true;
  }
  return list;
}

function rememberVersion(view: UsesView, { packageKey, version }: KnownPackage): void {
  const known = view.versions.get(packageKey);
  // Most packages have one version, and it is the one that was there before: that is seen without a new text.
  if (known?.length === version.length + 1 && known.startsWith(version)) return;
  const word = `${version} `;
  if (known !== undefined && ` ${known}`.includes(` ${word}`)) return;
  let versions = `${known ?? ''}${word}`;
  if (versions.split(' ').length > MAX_VERSIONS + 1) {
    versions = versions.slice(versions.indexOf(' ') + 1);
    view.forgotten = true;
  }
  if (known === undefined && view.versions.size >= MAX_PACKAGES) view.forgotten = true;
  setBounded(view.versions, packageKey, versions, MAX_PACKAGES);
}

import { createRandom, type Random } from '../traffic/random.ts';
import { ATTACK_KINDS, type AttackKind } from './attack-kinds.ts';
import type { HistoryLine } from './history-line.ts';

export type PlantedAttack = {
  readonly kind: AttackKind;
  readonly repository: string;
  /** Numbers of its lines in the planted history, from 1. */
  readonly lines: number[];
  /** Line at which it can first be known for what it is. */
  readonly known: number;
};

export type PlantedHistory = {
  readonly lines: readonly HistoryLine[];
  readonly attacks: readonly PlantedAttack[];
};

const DAY = 86_400;
/** No attack falls into a repository's first days: there is no habit yet. */
export const YOUNG_SECONDS = 30 * DAY;
const PER_KIND = 6;
const APART = 25 * DAY;
/** A repository is active enough with so many builds in the half year before. */
const ACTIVE_BUILDS = 10;
const ACTIVE_SECONDS = 182 * DAY;

/**
 * Plants attacks of every kind into a copy of a history, at places that depend on the seed alone, and knows the line at
 * which each can first be known. What the history says afterwards about a tag that an attack has touched is corrected,
 * so that the lines still fit together.
 */
export function plantAttacks(history: readonly HistoryLine[], seed: number): PlantedHistory {
  const random = createRandom(`attacks-${seed}`);
  const plans = planAttacks(history, random);
  const lines: HistoryLine[] = [];
  const attacks: PlantedAttack[] = [];
  const state = new Map<string, RepositoryState>();
  const waiting: { line: HistoryLine; emit: (number: number) => void }[] = [];

  const write = (line: HistoryLine): number => {
    const written = follow(state, line);
    if (written === undefined) return lines.length;
    return lines.push(written);
  };
  const begin = (plan: Plan): void => {
    const known = state.get(plan.repo);
    const draft = known === undefined ? undefined : stage(plan, known, random);
    if (draft === undefined) return;
    const numbers: number[] = [];
    draft.lines.forEach((line, n) => {
      const emit = (number: number): void => {
        numbers.push(number);
        if (n === draft.knownAt || (n === draft.lines.length - 1 && n < draft.knownAt)) {
          attacks.push({ kind: plan.kind, repository: plan.repo, lines: numbers, known: number });
        }
      };
      waiting.push({ line, emit });
    });
    waiting.sort((one, other) => one.line.t - other.line.t);
  };
  const catchUp = (until: number): void => {
    for (;;) {
      const plan = plans[0];
      const next = waiting[0];
      if (plan !== undefined && plan.t <= until && (next === undefined || plan.t <= next.line.t)) {
        plans.shift();
        begin(plan);
      } else if (next !== undefined && next.line.t <= until) {
        waiting.shift();
        next.emit(write(next.line));
      } else return;
    }
  };

  for (const line of history) {
    catchUp(line.t - 1);
    write(line);
  }
  catchUp(Number.POSITIVE_INFINITY);
  return { lines, attacks };
}

type Plan = { readonly kind: AttackKind; readonly repo: string; readonly t: number };

function planAttacks(history: readonly HistoryLine[], random: Random): Plan[] {
  const builds = new Map<string, number[]>();
  const since = new Map<string, number>();
  const places: { readonly repo: string; readonly t: number }[] = [];
  for (const { repo, t, kind, gitRepo } of history) {
    since.set(repo, since.get(repo) ?? t);
    const times = builds.get(repo) ?? [];
    if (kind === 'image' && gitRepo !== undefined) times.push(t);
    builds.set(repo, times);
    const old = t - (since.get(repo) ?? t) > YOUNG_SECONDS;
    const before = times[times.length - ACTIVE_BUILDS];
    if (old && before !== undefined && t - before < ACTIVE_SECONDS) places.push({ repo, t });
  }
  const plans: Plan[] = [];
  for (const kind of ATTACK_KINDS) {
    let planted = 0;
    for (let attempt = 0; planted < PER_KIND && attempt < 1000; attempt += 1) {
      const place = random.pick(places);
      const plan = { kind, repo: place.repo, t: place.t + random.between(60, 3 * DAY) };
      if (plans.some(({ repo, t }) => repo === plan.repo && Math.abs(t - plan.t) < APART)) continue;
      plans.push(plan);
      planted += 1;
    }
  }
  return plans.sort((one, other) => one.t - other.t);
}

type RepositoryState = {
  readonly tags: Map<string, string>;
  lastImage?: HistoryLine;
  lastTag?: HistoryLine;
};

function stage(plan: Plan, known: RepositoryState, random: Random) {
  const { lastImage, lastTag, tags } = known;
  if (lastImage === undefined || lastTag === undefined) return undefined;
  const { repo, t } = plan;
  return plan.kind.plant({ repo, t, tags: new Map(tags), lastImage, lastTag, random });
}

/** Keeps the state and says the line as it now is; undefined when it no longer changes anything. */
function follow(state: Map<string, RepositoryState>, line: HistoryLine): HistoryLine | undefined {
  const known = state.get(line.repo) ?? { tags: new Map<string, string>() };
  state.set(line.repo, known);
  if (line.kind === 'image') {
    if (line.gitRepo !== undefined) known.lastImage = line;
    return line;
  }
  const { tag = '', to = null } = line;
  const from = known.tags.get(tag) ?? null;
  if (from === to) return undefined;
  if (to === null) known.tags.delete(tag);
  else known.tags.set(tag, to);
  if (line.first !== true) known.lastTag = line;
  return { ...line, from, to };
}

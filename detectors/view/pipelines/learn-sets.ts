import { setNewest } from '../bounded-map.ts';
import {
  countChange,
  createFactSet,
  type FactSet,
  type Facts,
  printOf,
  readFacts,
  writeFacts,
} from './fact-set.ts';
import { MAX_INTRODUCED, type PipelinesView } from './pipelines-view.ts';
import type { Run } from './run-facts.ts';
import {
  dependenciesMark,
  dependenciesOf,
  factsOfDependencies,
  type NamedInputs,
  type RunDependency,
} from './run-sets.ts';

/** Builds after which a name that comes is new, and not only met late. */
const ESTABLISHED = 4;

/** A named value as it is remembered: its value, how often that changed, and after how many builds it came. */
export type NamedFact = { readonly value: string; readonly moves: number; readonly since: number };

export function namedFact(fields: readonly string[]): NamedFact {
  return { value: fields[0] ?? '', moves: Number(fields[1] ?? 0), since: Number(fields[2] ?? 0) };
}

/**
 * Folds a build's variables, parameters or flags into what the pipeline's builds carry; names that the builds before
 * did not have are counted in the project, once there were some builds.
 */
export function learnNamed(
  known: FactSet | undefined,
  { markOf, factsOf }: NamedInputs,
  run: Run,
  { view, at, repeated }: NamedRun,
): FactSet | undefined {
  const mark = markOf(run);
  if (mark === undefined) return known;
  const set = known ?? createFactSet(at);
  // Of a full set some names are unknown however often they come.
  if (mark !== set.mark || set.full) {
    learnValues(view, set, factsOf(run) ?? new Map(), at);
    set.mark = mark;
  }
  if (!repeated) set.observed += 1;
  return set;
}

export type NamedRun = {
  readonly view: PipelinesView;
  readonly at: number;
  /** The start of the run was learned before, so it is no further observation. */
  readonly repeated: boolean;
};

function learnValues(view: PipelinesView, set: FactSet, facts: Facts, at: number): void {
  const before = readFacts(set);
  if (set.observed >= ESTABLISHED) {
    for (const name of facts.keys()) if (!before.has(name)) introduce(view, name, at);
  }
  const print = printOf(facts);
  if (print === set.print) return;
  const after: Facts = new Map();
  let names = before.size === 0;
  for (const [name, [value = '']] of facts) {
    const fields = before.get(name);
    const fact = fields && namedFact(fields);
    if (fact === undefined) names = true;
    const moved = fact !== undefined && fact.value !== value;
    after.set(name, [
      value,
      String((fact?.moves ?? 0) + (moved ? 1 : 0)),
      String(fact?.since ?? set.observed),
    ]);
  }
  // What this build lacks is kept behind what it has: builds may take turns.
  for (const [name, fields] of before) if (!after.has(name)) after.set(name, fields);
  writeFacts(set, after);
  if (names) countChange(set, at);
  set.print = print;
}

function introduce({ introduced }: PipelinesView, name: string, at: number): void {
  const known = introduced.get(name) ?? { first: at, pipelines: 0 };
  known.pipelines += 1;
  setNewest(introduced, name, known, MAX_INTRODUCED);
}

/** A dependency as it is remembered. */
export type DependencyFact = {
  readonly declared: string;
  readonly version: string;
  readonly digest: string;
  readonly origin: string;
  /** How often it resolved to something else though the same was asked for. */
  readonly moves: number;
  readonly since: number;
  /** What it was before that. */
  readonly earlierVersion: string;
  readonly earlierDigest: string;
};

export function dependencyFact(fields: readonly string[]): DependencyFact {
  return {
    declared: fields[0] ?? '',
    version: fields[1] ?? '',
    digest: fields[2] ?? '',
    origin: fields[3] ?? '',
    moves: Number(fields[4] ?? 0),
    since: Number(fields[5] ?? 0),
    earlierVersion: fields[6] ?? '',
    earlierDigest: fields[7] ?? '',
  };
}

export function learnDependencies(
  known: FactSet | undefined,
  run: Run,
  at: number,
): FactSet | undefined {
  const mark = dependenciesMark(run);
  if (mark === undefined) return known;
  const set = known ?? createFactSet(at);
  if (mark !== set.mark) {
    learnResolved(set, dependenciesOf(run) ?? new Map(), at);
    set.mark = mark;
  }
  set.observed += 1;
  return set;
}

function learnResolved(set: FactSet, found: ReadonlyMap<string, RunDependency>, at: number): void {
  const print = printOf(factsOfDependencies(found));
  if (print === set.print) return;
  const before = readFacts(set);
  const after: Facts = new Map();
  let added = before.size === 0;
  for (const one of found.values()) {
    const fields = before.get(one.key);
    if (fields === undefined) added = true;
    after.set(one.key, toFields(one, fields && dependencyFact(fields), set.observed));
  }
  for (const [key, fields] of before) if (!after.has(key)) after.set(key, fields);
  writeFacts(set, after);
  if (added) countChange(set, at);
  set.print = print;
}

function toFields(
  { declared, version, digest, origin }: RunDependency,
  fact: DependencyFact | undefined,
  observed: number,
): readonly string[] {
  if (fact === undefined) return [declared, version, digest, origin, '0', String(observed)];
  const changed =
    fact.version !== version || (fact.digest !== digest && digest !== '' && fact.digest !== '');
  const moved = changed && fact.declared === declared;
  return [
    declared,
    version,
    digest === '' ? fact.digest : digest,
    origin === '' ? fact.origin : origin,
    String(fact.moves + (moved ? 1 : 0)),
    String(fact.since),
    ...(changed
      ? [fact.version, fact.digest]
      : fact.earlierVersion === '' && fact.earlierDigest === ''
        ? []
        : [fact.earlierVersion, fact.earlierDigest]),
  ];
}

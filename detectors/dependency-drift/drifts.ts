import { compareVersions } from '../../services/core/image/compare-versions.ts';
import type { FactSet } from '../view/pipelines/fact-set.ts';
import { readFacts } from '../view/pipelines/fact-set.ts';
import { type DependencyFact, dependencyFact } from '../view/pipelines/learn-sets.ts';
import type { RunDependency } from '../view/pipelines/run-sets.ts';

/** How a dependency of a build differs from what the builds before had. */
export type Drift = {
  readonly kind: /** The same name from another index or site. */
    | 'origin'
    /** The same was asked for and the same version came, with other content. */
    | 'content'
    /** An exact version was asked for and another came. */
    | 'unlocked'
    /** The same was asked for and another version came. */
    | 'version'
    /** A lower version came, whoever asked for it. */
    | 'downgrade'
    /** It came with another dependency, though the same was asked for as before. */
    | 'added'
    /** It is there for the first time, and the build does not say what it asked for. */
    | 'unasked'
    /** It was asked for, for the first time, or came with what was. */
    | 'declared';
  readonly dependency: RunDependency;
  readonly known: DependencyFact | undefined;
  /** The origin, version or digest before, and now. */
  readonly before: string;
  readonly now: string;
  /** How often the builds before resolved the same request to something else. */
  readonly moves: number;
  /** Builds that had it before. */
  readonly builds: number;
};

/** Compares what a build resolved with what its workflow's builds resolved before, in the order of the build. */
export function driftsIn(
  set: FactSet,
  found: ReadonlyMap<string, RunDependency>,
): readonly Drift[] {
  const before = readFacts(set);
  let addition: Addition | undefined;
  const drifts: Drift[] = [];
  for (const dependency of found.values()) {
    const fields = factOf(dependency, before);
    if (fields === undefined) {
      if (set.full) continue;
      const now = dependency.version;
      addition ??= additionIn(before, found);
      drifts.push({
        kind: addition,
        dependency,
        known: undefined,
        before: '',
        now,
        moves: 0,
        builds: 0,
      });
      continue;
    }
    if (isAsBefore(dependency, fields)) continue;
    const known = dependencyFact(fields);
    const drift = driftOf(dependency, known, found.has(`${dependency.key}@${known.version}`));
    if (drift === undefined) continue;
    const builds = Math.max(0, set.observed - known.since);
    drifts.push({ ...drift, dependency, known, moves: known.moves, builds });
  }
  return drifts;
}

/**
 * What the builds before had of the dependency. Of two versions of one name the later of a build has the version in its
 * key (run-sets.ts), and the next build may say them in the other order.
 */
function factOf(
  { key, version }: RunDependency,
  before: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const fields = before.get(key);
  if (fields?.[VERSION] === version) return fields;
  const name = key.endsWith(`@${version}`) ? key.slice(0, -version.length - 1) : key;
  const other = before.get(name === key ? `${name}@${version}` : name);
  return other?.[VERSION] === version ? other : fields;
}

const VERSION = 1;

/** Nearly all dependencies of a build that changed one are what they were, to the letter. */
function isAsBefore(
  { declared, version, digest, origin }: RunDependency,
  [knownDeclared, knownVersion, knownDigest, knownOrigin]: readonly string[],
): boolean {
  return (
    declared === knownDeclared &&
    version === knownVersion &&
    digest === knownDigest &&
    origin === knownOrigin
  );
}

function driftOf(
  dependency: RunDependency,
  known: DependencyFact,
  /** The version before came, too: builds may have two of it. */
  isBeside: boolean,
): Pick<Drift, 'kind' | 'before' | 'now'> | undefined {
  const { declared, version, digest, origin } = dependency;
  if (origin !== '' && known.origin !== '' && origin !== known.origin) {
    return { kind: 'origin', before: known.origin, now: origin };
  }
  // A request that changed is an upgrade that somebody made; what it brought is judged as what came with it.
  const newlyUnlocked = isUnlocked(declared, version) && !isUnlocked(known.declared, known.version);
  if (newlyUnlocked) return { kind: 'unlocked', before: declared, now: version };
  const isLower = !isBeside && isDowngrade(known.version, version);
  if (known.declared !== declared) {
    return isLower && !ranBefore(dependency, known)
      ? { kind: 'downgrade', before: known.version, now: version }
      : undefined;
  }
  if (known.version !== version) {
    if (known.version === '' || version === '') return undefined;
    if (isLower) return { kind: 'downgrade', before: known.version, now: version };
    // Where what came is named by its commit, another commit is other content of what was asked for.
    const kind = HASH.test(version) && HASH.test(known.version) ? 'content' : 'version';
    return { kind, before: known.version, now: version };
  }
  return digest !== '' && known.digest !== '' && digest !== known.digest
    ? { kind: 'content', before: known.digest, now: digest }
    : undefined;
}

/** Whether builds had this version right before the present one, and nothing says that its content was another. */
export function ranBefore({ version, digest }: RunDependency, known: DependencyFact): boolean {
  const { earlierVersion, earlierDigest } = known;
  if (earlierVersion !== version || version === known.version) return false;
  return earlierDigest === '' || digest === '' || earlierDigest === digest;
}

const NUMBERED = /^v?\d{1,9}(?:\.|$)/;

function isDowngrade(before: string, now: string): boolean {
  return NUMBERED.test(before) && NUMBERED.test(now) && compareVersions(now, before) < 0;
}

const EXACT = /^(?:==?\s*)?v?\d+(?:\.\d+){2,}(?:[-+.][0-9A-Za-z.+-]+)?$/;
const COMMIT = /^[0-9a-f]{40,64}$/;
const HASH = /^(?=.*[a-f])(?=.*\d)[0-9a-f]{7,64}$|^[0-9a-f]{40,64}$/;

/** Whether a request leaves no choice: three numbers, or a whole commit or digest. */
export function isExact(declared: string): boolean {
  return EXACT.test(declared) || COMMIT.test(declared);
}

function isUnlocked(declared: string, version: string): boolean {
  if (version === '' || !EXACT.test(declared) || !EXACT.test(version)) return false;
  return plain(declared) !== plain(version);
}

function plain(version: string): string {
  return version.replace(/^(?:==?\s*)?v?/, '').split('+', 1)[0] ?? '';
}

type Addition = Extract<Drift['kind'], 'added' | 'unasked' | 'declared'>;

/** What a dependency that was never there is, by what the build asked for. */
function additionIn(
  before: ReadonlyMap<string, readonly string[]>,
  found: ReadonlyMap<string, RunDependency>,
): Addition {
  let asks = false;
  for (const { key, declared, direct } of found.values()) {
    if (!direct) continue;
    asks = true;
    const fields = before.get(key);
    if (fields === undefined || dependencyFact(fields).declared !== declared) return 'declared';
  }
  return asks ? 'added' : 'unasked';
}

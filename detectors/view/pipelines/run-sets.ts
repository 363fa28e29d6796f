import { rememberLast } from '../remember-last.ts';
import { hashWord } from '../sources/commits.ts';
import { dependencyName } from './dependency-name.ts';
import { type Facts, toField } from './fact-set.ts';
import { addToMark, beginMark, endMark } from './mark.ts';
import { isProposal, type Run } from './run-facts.ts';

/** A dependency as a run has it: what was asked for, and what came. */
export type RunDependency = {
  readonly key: string;
  /** Name and digest as the run says them. */
  readonly said: { readonly name: string; readonly digest?: string | undefined };
  /** Version or ref that was asked for; empty when the run does not say. */
  readonly declared: string;
  readonly version: string;
  /** Of the digest, shortened; empty when the run does not say. */
  readonly digest: string;
  readonly origin: string;
  /** It was asked for by name, not only pulled in by another. */
  readonly direct: boolean;
  readonly installScript: boolean;
  /** Milliseconds since the epoch; NaN when the run does not say. */
  readonly publishedAt: number;
};

type Named = readonly { readonly name: string; readonly valueDigest?: string }[];

/** A kind of named inputs that a run can state. */
export type NamedInputs = {
  readonly what: 'variable' | 'parameter' | 'flag';
  /** Where a pipeline keeps what its runs stated. */
  readonly key: 'environment' | 'proposals' | 'parameters' | 'flags';
  /** The mark of what the run states; undefined when it states nothing of the kind. */
  readonly markOf: (run: Run) => number | undefined;
  readonly factsOf: (run: Run) => Facts | undefined;
};

export const ENVIRONMENT: NamedInputs = {
  what: 'variable',
  key: 'environment',
  markOf: environmentMark,
  factsOf: environmentOf,
};

export const NAMED_INPUTS: readonly NamedInputs[] = [
  ENVIRONMENT,
  { what: 'variable', key: 'proposals', markOf: proposalMark, factsOf: proposalOf },
  { what: 'parameter', key: 'parameters', markOf: parametersMark, factsOf: parametersOf },
  { what: 'flag', key: 'flags', markOf: flagsMark, factsOf: flagsOf },
];

/** What runs of proposals see is a habit of its own: the secrets of a release are no news in a release. */
function proposalMark(run: Run): number | undefined {
  return isProposal(run) ? environmentMark(run) : undefined;
}

function proposalOf(run: Run): Facts | undefined {
  return isProposal(run) ? environmentOf(run) : undefined;
}

function environmentMark({ environment }: Run): number | undefined {
  if (environment === undefined) return undefined;
  const mark = beginMark();
  for (const { name, valueDigest } of environment as Named) {
    addToMark(mark, name);
    addToMark(mark, valueDigest);
  }
  return endMark(mark);
}

function parametersMark({ parameters }: Run): number | undefined {
  if (parameters === undefined) return undefined;
  const mark = beginMark();
  for (const name of Object.keys(parameters)) {
    addToMark(mark, name);
    addToMark(mark, parameters[name]);
  }
  return endMark(mark);
}

function flagsMark({ flags }: Run): number | undefined {
  if (flags === undefined) return undefined;
  const mark = beginMark();
  for (const flag of flags) addToMark(mark, flag);
  return endMark(mark);
}

function environmentOf(run: Run): Facts | undefined {
  if (run.environment === undefined) return undefined;
  const facts: Facts = new Map();
  for (const { name, valueDigest } of run.environment as Named) {
    facts.set(toField(name), [valueDigest === undefined ? '' : shorten(valueDigest)]);
  }
  return facts;
}

function parametersOf(run: Run): Facts | undefined {
  if (run.parameters === undefined) return undefined;
  const facts: Facts = new Map();
  for (const [name, value] of Object.entries(run.parameters)) {
    facts.set(toField(name), [shorten(value)]);
  }
  return facts;
}

function flagsOf(run: Run): Facts | undefined {
  if (run.flags === undefined) return undefined;
  return new Map(run.flags.map((flag) => [toField(flag), NO_FIELDS]));
}

/** The mark of all that {@link factsOfDependencies} depends on; undefined when the run states no dependencies. */
export const dependenciesMark = rememberLast(markDependencies);

function markDependencies(run: Run): number | undefined {
  if (!('outcome' in run) || run.dependencies === undefined) return undefined;
  const { declared = [], resolved = [] } = run.dependencies;
  const mark = beginMark();
  addToMark(mark, `${declared.length}`);
  for (const { name, version } of declared) {
    addToMark(mark, name);
    addToMark(mark, version);
  }
  for (const { name, version, digest, origin } of resolved.length > 0 ? resolved : declared) {
    addToMark(mark, name);
    addToMark(mark, version);
    addToMark(mark, digest);
    addToMark(mark, origin);
  }
  return endMark(mark);
}

/** By key; of two versions of one name the later has the version in its key. */
export const dependenciesOf = rememberLast(resolve);

function resolve(run: Run): ReadonlyMap<string, RunDependency> | undefined {
  if (!('outcome' in run) || run.dependencies === undefined) return undefined;
  const { declared = [], resolved = [] } = run.dependencies;
  const asked = new Map<string, string>();
  for (const { name, version } of declared) {
    const said = dependencyName(name);
    asked.set(said.key, toField(version ?? said.version));
  }
  const found = new Map<string, RunDependency>();
  for (const dependency of resolved.length > 0 ? resolved : declared) {
    const said = dependencyName(dependency.name);
    const version = toField(dependency.version ?? said.version);
    const name = toField(said.key);
    const key = found.has(name) ? `${name}@${version}` : name;
    found.set(key, {
      key,
      said: dependency,
      declared: asked.get(said.key) ?? '',
      version,
      digest: dependency.digest === undefined ? '' : shorten(dependency.digest),
      origin: toField(dependency.origin?.toLowerCase() ?? said.origin),
      direct: asked.has(said.key),
      installScript: dependency.installScript === true,
      publishedAt: Date.parse(dependency.publishedAt ?? ''),
    });
  }
  return found;
}

export function factsOfDependencies(found: ReadonlyMap<string, RunDependency>): Facts {
  const facts: Facts = new Map();
  for (const { key, declared, version, digest, origin } of found.values()) {
    facts.set(key, [declared, version, digest, origin]);
  }
  return facts;
}

const NO_FIELDS: readonly string[] = [];

/** Values are compared, never shown: 16 hex digits stand for one. */
export const shorten = rememberLast(hashWord);

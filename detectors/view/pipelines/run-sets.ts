import { commitKey } from '../sources/commits.ts';
import { dependencyName } from './dependency-name.ts';
import { type Facts, toField } from './fact-set.ts';
import type { Run } from './run-facts.ts';

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

export function environmentOf(run: Run): Facts | undefined {
  if (run.environment === undefined) return undefined;
  const facts: Facts = new Map();
  for (const { name, valueDigest } of run.environment as Named) {
    facts.set(toField(name), [valueDigest === undefined ? '' : shorten(valueDigest)]);
  }
  return facts;
}

export function parametersOf(run: Run): Facts | undefined {
  if (run.parameters === undefined) return undefined;
  const facts: Facts = new Map();
  for (const [name, value] of Object.entries(run.parameters)) {
    facts.set(toField(name), [shorten(value)]);
  }
  return facts;
}

export function flagsOf(run: Run): Facts | undefined {
  if (run.flags === undefined) return undefined;
  return new Map(run.flags.map((flag) => [toField(flag), NO_FIELDS]));
}

/** By key; of two versions of one name the later has the version in its key. */
export function dependenciesOf(run: Run): Map<string, RunDependency> | undefined {
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
export function shorten(value: string): string {
  return commitKey(value);
}

import type { DetectionPolicy } from '../detection-policy.ts';
import { changeRate, type FactSet, printOf, readFacts } from '../view/pipelines/fact-set.ts';
import { namedFact } from '../view/pipelines/learn-sets.ts';
import type { Run, RunPlace, Strength } from '../view/pipelines/run-facts.ts';
import { strengthOf } from '../view/pipelines/run-facts.ts';
import { ENVIRONMENT, type NamedInputs } from '../view/pipelines/run-sets.ts';

/** What is new in one kind of a build's inputs, where that kind is stable. */
export type SetChanges = {
  readonly what: NamedInputs['what'];
  readonly key: NamedInputs['key'];
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly strength: Strength;
  readonly observed: number;
};

/** One day with a new name in so many builds is rare enough to be news. */
const RARE = 0.1;

/** Compares a build's facts with what the pipeline's builds carry; undefined when nothing is news. */
export function changesIn(
  set: FactSet | undefined,
  { what, key, markOf, factsOf }: NamedInputs,
  run: Run,
  at: number,
  policy: DetectionPolicy,
): SetChanges | undefined {
  if (set === undefined || markOf(run) === set.mark) return undefined;
  const strength = strengthOf(set.observed, set.since, at, policy.learning);
  if (strength === 'none') return undefined;
  const facts = factsOf(run);
  if (facts === undefined || printOf(facts) === set.print) return undefined;
  const known = readFacts(set);
  const mayGrow = changeRate(set, at) > RARE || set.full;
  const added: string[] = [];
  const changed: string[] = [];
  for (const [name, [value = '']] of facts) {
    const fields = known.get(name);
    if (fields === undefined) {
      if (!mayGrow) added.push(name);
      continue;
    }
    const fact = namedFact(fields);
    const constant = fact.moves === 0 && set.observed - fact.since >= policy.learning.observations;
    if (constant && value !== '' && fact.value !== '' && fact.value !== value) changed.push(name);
  }
  return added.length + changed.length === 0
    ? undefined
    : { what, key, added, changed, strength, observed: set.observed };
}

/**
 * Names with which a build's tools can be made to run or fetch something else, or to leave out a check. They only weigh
 * a change that is news anyway.
 */
/** The variables of a run with a build file that is new in its source, but for those that its other build files have. */
export function newToSource(
  { runs }: RunPlace,
  run: Run,
  at: number,
  policy: DetectionPolicy,
): readonly SetChanges[] {
  const facts = ENVIRONMENT.factsOf(run);
  if (runs === undefined || facts === undefined) return [];
  const known = new Set<string>();
  let observed = 0;
  for (const { details } of runs.pipelines) {
    const set = details?.environment;
    // What is left out of a full set, or comes and goes, is no news elsewhere either.
    if (set === undefined) continue;
    if (set.full || changeRate(set, at) > RARE) return [];
    observed += set.observed;
    for (const name of readFacts(set).keys()) known.add(name);
  }
  if (strengthOf(observed, runs.since, at, policy.learning) === 'none') return [];
  const added = [...facts.keys()].filter((name) => !known.has(name));
  const { what, key } = ENVIRONMENT;
  return added.length === 0 ? [] : [{ what, key, added, changed: [], strength: 'weak', observed }];
}

const POWERFUL =
  /^(?:LD_|DYLD_|BASH_ENV$|ENV$|PATH$|PYTHON|PERL5|RUBYOPT|NODE_OPTIONS|NPM_CONFIG|PIP_|UV_|GO(?:PROXY|FLAGS|NOSUMDB|PRIVATE)|JAVA_TOOL_OPTIONS|MAVEN_OPTS|CARGO_|RUSTC|CC$|CXX$|C(?:XX)?FLAGS|LDFLAGS|GIT_|SSL_|CURL_|.*_PROXY$|.*_(?:REGISTRY|INDEX|INDEX_URL|MIRROR)$)|^-{1,2}(?:skip|no-(?:verify|check|ssl|tls|sandbox|provenance)|insecure|allow|disable|privileged|trusted-host|extra-index|index-url|registry|ignore|unsafe|force)|^-(?:fno-stack-protector|Wl,|fplugin|specs|include$)/i;

export function isPowerful(name: string): boolean {
  return POWERFUL.test(name);
}

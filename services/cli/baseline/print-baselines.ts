import type {
  BaselineSummary,
  DeclaredBaseline,
  EntryLink,
  ExplanationReason,
  RepositoryBaseline,
} from '../../baselines/baseline-view.ts';
import { wordsOf } from '../../baselines/diff/to-baseline-diff.ts';

/** One line of the list. */
export function printSummary(one: BaselineSummary): string {
  const { mode, baselineId = '-'.padEnd(16), repository, status, aspects, by, pending } = one;
  const version = one.version === undefined ? '' : ` v${one.version}`;
  const waiting = pending === undefined ? '' : `  v${pending} waits`;
  const people = by.length === 0 ? '' : `  ${by.join(' and ')}`;
  return `${baselineId}  ${mode.padEnd(8)} ${(status + version).padEnd(14)} ${repository}${scopeOf(one.scope)}  ${aspects.join(', ')}${people}${waiting}`;
}

/** A declared baseline with all its versions. */
export function printDeclared(one: DeclaredBaseline): string {
  const head = `${one.baselineId}  ${one.repository}${scopeOf(one.scope)}  ${one.status}`;
  const versions = one.versions.flatMap((version) => {
    const { proposed, approved, revoked, document } = version;
    return [
      `  version ${version.version} (${version.mode}): ${version.status}`,
      `    proposed by ${proposed.by} at ${proposed.at}${because(proposed.reason)}${entryOf(proposed.entry)}`,
      ...(approved === undefined
        ? []
        : [
            `    approved by ${approved.by} at ${approved.at}${because(approved.reason)}${entryOf(approved.entry)}`,
          ]),
      ...(revoked === undefined
        ? []
        : [
            `    revoked by ${revoked.by} at ${revoked.at}${because(revoked.reason)}${entryOf(revoked.entry)}`,
          ]),
      ...(document === undefined
        ? []
        : [`    file ${document.digest}, signed by ${document.key ?? 'nobody'}`]),
      ...Object.entries(version.value).map(
        ([aspect, expectation]) =>
          `    ${aspect.padEnd(18)} ${expectation === undefined ? '' : wordsOf(expectation)}`,
      ),
    ];
  });
  return [head, ...versions].join('\n');
}

/** Everything that is known good in a repository. */
export function printRepository(found: RepositoryBaseline): string {
  const { repository, project, requires, learning, declared, learned, scope } = found;
  return [
    `${repository}${scopeOf(scope)} (project ${project}): ${requires} baselines count`,
    ...(declared.length === 0 ? ['nothing is declared'] : declared.map(printDeclared)),
    `learned, once ${learning.observations} observations over ${learning.days} days agree; ${readOf(found.read)}:`,
    ...learned.map(
      ({ aspect, part, expectation, observations, consistent, confidence, established }) => {
        const state = established ? 'established' : 'learning';
        return `  ${aspect.padEnd(18)} ${state.padEnd(12)} ${confidence.toFixed(2)}  ${consistent} of ${observations} agree  ${wordsOf(expectation)}${part === undefined ? '' : ` (${part})`}`;
      },
    ),
  ].join('\n');
}

function readOf({ entries, since, complete }: RepositoryBaseline['read']): string {
  if (since === undefined) return 'nothing was seen so far';
  return `read from ${complete ? 'all' : 'the newest'} ${entries} entries since ${since.slice(0, 10)}`;
}

/** Why something is known good, with the entries that prove it. */
export function printReason(reason: ExplanationReason): string {
  const { aspect, part, mode, holds, why, entries } = reason;
  return [
    `${aspect}${part === undefined ? '' : ` (${part})`}: ${holds ? 'known good' : 'not counted'}, ${mode}`,
    `  ${why}`,
    ...entries.map((entry) => `  ${entry.shard}/${entry.index}  ${entry.role}  ${entry.proof}`),
  ].join('\n');
}

function scopeOf(scope: DeclaredBaseline['scope']): string {
  const parts = Object.entries(scope).map(
    ([name, value]) => `${name} ${Array.isArray(value) ? value.join(', ') : value}`,
  );
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : `: ${reason}`;
}

function entryOf(entry: EntryLink | undefined): string {
  return entry === undefined ? '' : ` (entry ${entry.shard}/${entry.index})`;
}

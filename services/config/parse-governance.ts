import { CronPattern } from 'croner';
import { Compile } from 'typebox/compile';
import type { Problem } from '../core/errors.ts';
import { parseVerifierKey } from '../core/note/verifier-key.ts';
import { checkDocument, invalid } from './check-document.ts';
import { Governance } from './governance.ts';

const validator = Compile(Governance);

/** Parses and checks a governance file; every problem is listed with its place, and then the value is empty. */
export function parseGovernance(
  text: string,
  file: string,
): { readonly value: Governance; readonly problems: readonly Problem[] } {
  const checked = checkDocument(text, file, validator);
  if (!checked.ok) return { value: {}, problems: checked.problem };
  const problems = crossCheck(checked.value).map((message) => invalid(message, file));
  return { value: problems.length === 0 ? checked.value : {}, problems };
}

function crossCheck(governance: Governance): readonly string[] {
  const messages: string[] = [];
  const channels = new Set((governance.channels ?? []).map((channel) => channel.name));
  for (const [kind, items] of Object.entries({
    project: governance.projects,
    source: governance.sources,
    channel: governance.channels,
  })) {
    const seen = new Set<string>();
    for (const { name } of items ?? []) {
      if (seen.has(name)) messages.push(`${kind} "${name}" is defined twice`);
      seen.add(name);
    }
  }
  for (const route of governance.routes ?? []) {
    for (const name of route.channels) {
      if (!channels.has(name))
        messages.push(`a route names the channel "${name}", which is not defined`);
    }
  }
  for (const { name, baselineKeys } of governance.projects ?? []) {
    for (const key of baselineKeys ?? []) {
      const parsed = parseVerifierKey(key);
      if (!parsed.ok)
        messages.push(`project "${name}" has a bad baseline key: ${parsed.problem.message}`);
    }
  }
  for (const { project, cron } of governance.audits ?? []) {
    if (!isCron(cron))
      messages.push(
        `the audit of "${project}" has the schedule "${cron}"; expected five cron fields, such as "0 6 * * 1"`,
      );
  }
  return messages;
}

function isCron(text: string): boolean {
  try {
    return new CronPattern(text, 'UTC', { mode: '5-part' }).pattern !== '';
  } catch {
    return false;
  }
}

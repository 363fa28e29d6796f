import { CronPattern } from 'croner';
import { Compile } from 'typebox/compile';
import { Settings } from 'typebox/system';
import { parseDocument, visit } from 'yaml';
import { type Problem, problem } from '../core/errors.ts';
import { parseVerifierKey } from '../core/note/verifier-key.ts';
import { Governance } from './governance.ts';

type SchemaError = {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
};

const validator = Compile(Governance);
const MAX_PROBLEMS = 1000;

/** Parses and checks a governance file; every problem is listed with its place, and then the value is empty. */
export function parseGovernance(
  text: string,
  file: string,
): { readonly value: Governance; readonly problems: readonly Problem[] } {
  const document = parseDocument(text, { uniqueKeys: true, strict: true, schema: 'core' });
  if (document.errors.length > 0) {
    return {
      value: {},
      problems: document.errors.map((error) =>
        invalid(error.message.split('\n')[0] ?? 'YAML error', file),
      ),
    };
  }
  let aliases = 0;
  visit(document, {
    Alias: () => {
      aliases += 1;
    },
  });
  // An alias can make a small file enormous, and says nothing that cannot be written out.
  if (aliases > 0)
    return {
      value: {},
      problems: [invalid('aliases (*name) are not taken: write the value out', file)],
    };
  const value: unknown = document.toJS() ?? {};
  // The library lists eight faults unless it is told otherwise.
  Settings.Set({ maxErrors: MAX_PROBLEMS });
  if (!validator.Check(value)) {
    const problems = describeErrors([...validator.Errors(value)]).map(({ place, message }) =>
      invalid(message, `${file}#${place || '/'}`),
    );
    return { value: {}, problems };
  }
  const problems = crossCheck(value).map((message) => invalid(message, file));
  return { value: problems.length === 0 ? value : {}, problems };
}

/** Says what was expected at each place; of a union only the branch that the value's own constant chose. */
function describeErrors(
  errors: readonly SchemaError[],
): readonly { readonly place: string; readonly message: string }[] {
  const branchOf = ({ schemaPath }: SchemaError) => /^.*\/anyOf\/\d+(?=\/|$)/.exec(schemaPath)?.[0];
  const ownerOf = ({ instancePath }: SchemaError) => instancePath.replace(/\/[^/]*$/, '');
  const wrongBranches = new Set(
    errors
      .filter(({ keyword }) => keyword === 'const')
      .map((error) => `${ownerOf(error)} ${branchOf(error)}`),
  );
  const inWrongBranch = (error: SchemaError) =>
    [error.instancePath, ownerOf(error)].some((at) =>
      wrongBranches.has(`${at} ${branchOf(error)}`),
    );
  const telling = errors.filter(
    ({ keyword }) => keyword !== 'anyOf' && keyword !== 'additionalProperties',
  );
  const chosen = telling.filter((error) => error.keyword !== 'const' && !inWrongBranch(error));
  const places = new Set(chosen.map(({ instancePath }) => instancePath));
  const kept = telling.filter(
    (error) => chosen.includes(error) || (error.keyword === 'const' && !places.has(ownerOf(error))),
  );
  const byPlace = new Map<string, string[]>();
  for (const error of kept.length === 0 ? errors : kept) {
    const said = byPlace.get(error.instancePath) ?? [];
    byPlace.set(error.instancePath, [...said, describeError(error)]);
  }
  return [...byPlace].map(([place, said]) => ({
    place,
    message: [...new Set(said)].join(', or '),
  }));
}

function describeError({ keyword, params, message }: SchemaError): string {
  const named = new Map<string, unknown>(Object.entries(params));
  switch (keyword) {
    case 'boolean':
      return 'unknown key';
    case 'const':
      return `expected ${JSON.stringify(named.get('allowedValue'))}`;
    case 'enum':
      return `expected one of ${String(named.get('allowedValues'))}`;
    case 'required':
      return `lacks ${String(named.get('requiredProperties'))}`;
    default:
      return message.replace(/^must /, 'expected a value that must ');
  }
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

function invalid(message: string, at: string): Problem {
  return problem('config.invalid', message, at);
}

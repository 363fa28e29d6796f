import type { Static, TSchema } from 'typebox';
import type { Validator } from 'typebox/compile';
import { Settings } from 'typebox/system';
import { parseDocument, visit } from 'yaml';
import { type Problem, problem } from '../core/errors.ts';
import { fail, type Outcome, ok } from '../core/outcome.ts';

type SchemaError = {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
};

const MAX_PROBLEMS = 1000;

/** Parses a YAML document and checks it against a schema, or lists every problem (`config.invalid`) with its place. */
export function checkDocument<T extends TSchema>(
  text: string,
  file: string,
  validator: Validator<Record<never, never>, T>,
): Outcome<Static<T>, readonly Problem[]> {
  const document = parseDocument(text, { uniqueKeys: true, strict: true, schema: 'core' });
  if (document.errors.length > 0) {
    return fail(
      document.errors.map((error) => invalid(error.message.split('\n')[0] ?? 'YAML error', file)),
    );
  }
  let aliases = 0;
  visit(document, {
    Alias: () => {
      aliases += 1;
    },
  });
  // An alias can make a small file enormous, and says nothing that cannot be written out.
  if (aliases > 0) {
    return fail([invalid('aliases (*name) are not taken: write the value out', file)]);
  }
  const value: unknown = document.toJS() ?? {};
  // The library lists eight faults unless it is told otherwise.
  Settings.Set({ maxErrors: MAX_PROBLEMS });
  if (validator.Check(value)) return ok(value);
  return fail(
    describeErrors([...validator.Errors(value)]).map(({ place, message }) =>
      invalid(message, `${file}#${place || '/'}`),
    ),
  );
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

/** A problem of a configuration file and where it is. */
export function invalid(message: string, at: string): Problem {
  return problem('config.invalid', message, at);
}

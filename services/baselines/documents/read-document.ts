import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parseDocument, visit } from 'yaml';
import { BaselineScope, type Expectations } from '../../core/baseline/baseline.ts';
import { parseExpectations } from '../../core/baseline/parse-expectations.ts';
import { problem } from '../../core/errors.ts';
import { RepositoryName } from '../../core/events/fields.ts';
import { fail, type Outcome, ok } from '../../core/outcome.ts';

/** What a baseline file says. */
export type BaselineDocument = {
  readonly repository: string;
  readonly scope: BaselineScope;
  readonly value: Expectations;
  readonly reason?: string | undefined;
};

const Document = Type.Object(
  {
    baseline: Type.Literal(1, { description: 'Version of the format' }),
    repository: RepositoryName,
    scope: Type.Optional(BaselineScope),
    expect: Type.Record(Type.String(), Type.Unknown()),
    reason: Type.Optional(Type.String({ maxLength: 4096 })),
  },
  { additionalProperties: false },
);

const document = Compile(Document);
const MAX_LENGTH = 256 * 1024;

/** Reads a baseline file, in YAML or JSON; what is wrong with it is `baseline.document`, with the place. */
export function readDocument(text: string): Outcome<BaselineDocument> {
  if (text.length > MAX_LENGTH) return wrong('expected a file of at most 256 KiB');
  const parsed = parseDocument(text, { uniqueKeys: true, strict: true, schema: 'core' });
  const [error] = parsed.errors;
  if (error !== undefined) return wrong(error.message.split('\n')[0] ?? 'YAML error');
  let aliases = 0;
  visit(parsed, {
    Alias: () => {
      aliases += 1;
    },
  });
  // An alias can make a small file enormous, and says nothing that cannot be written out.
  if (aliases > 0) return wrong('aliases (*name) are not taken: write the value out');
  const value: unknown = parsed.toJS();
  if (!document.Check(value)) {
    const [first] = [...document.Errors(value)];
    return wrong(
      `expected baseline: 1, repository, expect, and optionally scope and reason; ${first?.message ?? 'another shape'}`,
      first?.instancePath,
    );
  }
  const expectations = parseExpectations(widen(value.expect));
  if (expectations === undefined)
    return wrong('expected known aspects, each with values or a range', '/expect');
  const { repository, scope = {}, reason } = value;
  return ok({
    repository,
    scope,
    value: expectations,
    ...(reason === undefined ? {} : { reason }),
  });
}

/** One value may be written without a list. */
function widen(expect: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(expect).map(([aspect, value]) => [
      aspect,
      typeof value === 'string' ? [value] : value,
    ]),
  );
}

function wrong(message: string, at?: string): Outcome<never> {
  return fail(problem('baseline.document', message, at));
}

import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { type Problem, problem } from '../../core/errors.ts';
import { TIMESTAMP_PATTERN } from '../../core/events/fields.ts';
import { RequestProblems } from './request-problems.ts';

type SchemaError = {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
};

const MAX_PROBLEMS = 32;
const INTEGER = /^-?(?:0|[1-9][0-9]*)$/;

/**
 * Validates with TypeBox: parameters are read from their text first, bodies never are. A refusal says what was
 * expected and what was received for each part that does not fit.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  const isBody = httpPart === 'body';
  return (received: unknown) => {
    // A request without a body is one with no members; required members are then missing by name.
    const value = isBody ? (received ?? {}) : fromText(schema, received);
    if (validator.Check(value)) return { value };
    const problems = describeErrors([...validator.Errors(value)], value, isBody);
    return { error: new RequestProblems(problems) };
  };
};

/**
 * Reads parameters as their schemas ask: a parameter that may be repeated and came once is a list of one, and an
 * integer is decimal digits, nothing that would have to be rounded.
 */
function fromText(schema: TSchema, received: unknown): unknown {
  if (!isRecord(received) || !('properties' in schema)) return received;
  const types = new Map(
    Object.entries(schema.properties ?? {}).map(([name, { type }]) => [name, type]),
  );
  return Object.fromEntries(
    Object.entries(received).map(([name, value]) => {
      const type = types.get(name);
      if (type === 'array') return [name, Array.isArray(value) ? value : [value]];
      const isInteger = type === 'integer' && typeof value === 'string' && INTEGER.test(value);
      return [name, isInteger ? Number(value) : value];
    }),
  );
}

function describeErrors(
  errors: readonly SchemaError[],
  value: unknown,
  isBody: boolean,
): Problem[] {
  const byPlace = new Map<string, string[]>();
  const add = (at: string, text: string) => byPlace.set(at, [...(byPlace.get(at) ?? []), text]);
  for (const error of errors) {
    const params = new Map<string, unknown>(Object.entries(error.params));
    switch (error.keyword) {
      case 'required':
        for (const name of listOf(params.get('requiredProperties'))) {
          add(`${error.instancePath}/${name}`, 'a value, received nothing');
        }
        break;
      case 'additionalProperties':
        for (const name of listOf(params.get('additionalProperties'))) {
          add(`${error.instancePath}/${name.slice(0, 64)}`, 'no such member');
        }
        break;
      case 'const':
        add(error.instancePath, JSON.stringify(params.get('allowedValue')));
        break;
      case 'enum':
        add(error.instancePath, `one of ${listOf(params.get('allowedValues')).join(', ')}`);
        break;
      case 'type':
        add(
          error.instancePath,
          `${params.get('type')}, received ${kindOf(value, error.instancePath)}`,
        );
        break;
      case 'pattern':
        // The only pattern that says nothing to people.
        if (String(params.get('pattern')) === TIMESTAMP_PATTERN) {
          add(error.instancePath, 'a time as of RFC 3339, such as 2026-03-01T09:30:00Z');
          break;
        }
        add(error.instancePath, error.message.replace(/^must /, 'a value that must '));
        break;
      case 'anyOf':
        break;
      case 'boolean':
        // A member that a closed object refuses; additionalProperties names it.
        break;
      default:
        add(error.instancePath, error.message.replace(/^must /, 'a value that must '));
    }
  }
  return [...byPlace].slice(0, MAX_PROBLEMS).map(([at, expected]) => {
    const place = isBody ? at : at.slice(1);
    return problem('http.bad-request', `expected ${[...new Set(expected)].join(' or ')}`, place);
  });
}

function kindOf(value: unknown, pointer: string): string {
  let part = value;
  for (const name of pointer.split('/').slice(1)) {
    part = isRecord(part) ? part[name.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  }
  return part === null ? 'null' : Array.isArray(part) ? 'an array' : typeof part;
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

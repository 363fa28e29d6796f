import { parseAst } from 'vitest/node';

/** A condition that a mutant inverts: where it stands, and its text in one line. */
export type Condition = { readonly file: string; readonly line: number; readonly text: string };

type Site = { readonly start: number; readonly end: number };

type SyntaxNode = Site & { readonly type: string } & Readonly<Record<string, unknown>>;

/** What one of these is given answers yes or no, as a function that declares a boolean does. */
const ASKING = new Set(['filter', 'some', 'every', 'find', 'findLast', 'findIndex']);

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

const YES_OR_NO = new Set<unknown>(['TSBooleanKeyword', 'TSTypePredicate']);

/**
 * Hands every condition (what an `if` tests, what a predicate returns) to the global function `planted` together with
 * its number, counted from `first`: one loaded copy of the source can then be each of its mutants.
 */
export function plantSwitches(
  source: string,
  file: string,
  first: number,
): { readonly text: string; readonly conditions: readonly Condition[] } {
  const sites: Site[] = [];
  visit(parseAst(source, { lang: 'ts' }), { asked: false, answers: false }, sites);
  sites.sort((one, other) => one.start - other.start);
  const insertions = sites
    .flatMap(({ start, end }, order) => [
      { at: start, text: `globalThis.planted(${first + order}, ` },
      { at: end, text: ')' },
    ])
    .sort((one, other) => one.at - other.at);
  const pieces = insertions.map(
    ({ at, text }, order) => source.slice(insertions[order - 1]?.at ?? 0, at) + text,
  );
  return {
    text: pieces.join('') + source.slice(insertions.at(-1)?.at ?? 0),
    conditions: sites.map(({ start, end }) => ({
      file,
      line: source.slice(0, start).split('\n').length,
      text: source.slice(start, end).replace(/\s+/g, ' '),
    })),
  };
}

/** Whether a function found here is a predicate, and whether what is returned here is a predicate's answer. */
type Place = { readonly asked: boolean; readonly answers: boolean };

function visit(value: unknown, { asked, answers }: Place, sites: Site[]): void {
  if (Array.isArray(value)) {
    for (const part of value) visit(part, { asked, answers }, sites);
    return;
  }
  if (!isNode(value)) return;
  const isFunction = FUNCTIONS.has(value.type);
  const within = isFunction ? asked || declaresBoolean(value) : answers;
  if (value.type === 'IfStatement') keep(value['test'], sites);
  if (value.type === 'ReturnStatement' && answers) keep(value['argument'], sites);
  if (value['expression'] === true && isFunction && within) keep(value['body'], sites);
  for (const part of Object.values(value)) {
    visit(part, { asked: isAsking(value), answers: within }, sites);
  }
}

function keep(condition: unknown, sites: Site[]): void {
  // A constant answer is no condition.
  if (isNode(condition) && condition.type !== 'Literal') sites.push(condition);
}

function isAsking({ type, callee }: SyntaxNode): boolean {
  const property = type === 'CallExpression' && isNode(callee) ? callee['property'] : undefined;
  return isNode(property) && typeof property['name'] === 'string' && ASKING.has(property['name']);
}

function declaresBoolean({ returnType }: SyntaxNode): boolean {
  const declared = isNode(returnType) ? returnType['typeAnnotation'] : undefined;
  return isNode(declared) && YES_OR_NO.has(declared.type);
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

import { fail, type Outcome, ok } from '../../core/outcome.ts';

const MAX_TOKENS = 200;

/**
 * Turns a Sigma condition (sigma-specification, "Condition") into CEL, given what each search identifier means. Knows
 * and, or, not, parentheses, `1 of` and `all of` with `them` or a pattern; not the aggregations of old rules.
 */
export function conditionToCel(
  condition: string,
  searches: ReadonlyMap<string, string>,
): Outcome<string, string> {
  const tokens: readonly string[] = condition.match(/\(|\)|[^\s()]+/g) ?? [];
  if (tokens.length === 0 || tokens.length > MAX_TOKENS)
    return fail('the condition is empty or too long');
  if (tokens.includes('|'))
    return fail('aggregations (after "|") are not taken; use count instead');
  const reader = { tokens, at: 0 };
  const parsed = readOr(reader, searches);
  if (parsed.ok && reader.at < tokens.length) {
    return fail(`the condition goes on with "${tokens[reader.at]}"`);
  }
  return parsed;
}

type Reader = { readonly tokens: readonly string[]; at: number };

function readOr(reader: Reader, searches: ReadonlyMap<string, string>): Outcome<string, string> {
  return readChain(reader, 'or', ' || ', () =>
    readChain(reader, 'and', ' && ', () => readNot(reader, searches)),
  );
}

function readChain(
  reader: Reader,
  word: string,
  operator: string,
  readPart: () => Outcome<string, string>,
): Outcome<string, string> {
  const parts: string[] = [];
  do {
    const part = readPart();
    if (!part.ok) return part;
    parts.push(part.value);
  } while (takes(reader, word));
  return ok(parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(operator)})`);
}

function readNot(reader: Reader, searches: ReadonlyMap<string, string>): Outcome<string, string> {
  if (takes(reader, 'not')) {
    const inner = readNot(reader, searches);
    return inner.ok ? ok(`!(${inner.value})`) : inner;
  }
  if (takes(reader, '(')) {
    const inner = readOr(reader, searches);
    if (inner.ok && !takes(reader, ')')) return fail('a parenthesis is not closed');
    return inner;
  }
  const word = reader.tokens[reader.at];
  if (word === undefined) return fail('the condition ends too early');
  reader.at += 1;
  if (word !== '1' && word.toLowerCase() !== 'all') return named(word, searches);
  if (!takes(reader, 'of')) return fail(`"${word}" needs "of"`);
  const pattern = reader.tokens[reader.at] ?? '';
  reader.at += 1;
  const chosen = [...searches].filter(([name]) => fits(name, pattern)).map(([, cel]) => cel);
  if (chosen.length === 0) return fail(`"${pattern}" fits no search`);
  return ok(`(${chosen.join(word === '1' ? ' || ' : ' && ')})`);
}

function named(name: string, searches: ReadonlyMap<string, string>): Outcome<string, string> {
  const cel = searches.get(name);
  return cel === undefined ? fail(`the condition names "${name}", which is not there`) : ok(cel);
}

function takes(reader: Reader, word: string): boolean {
  if (reader.tokens[reader.at]?.toLowerCase() !== word) return false;
  reader.at += 1;
  return true;
}

function fits(name: string, pattern: string): boolean {
  if (pattern === 'them') return !name.startsWith('_');
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

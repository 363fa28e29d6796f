import { fail, type Outcome, ok } from '../../core/outcome.ts';

/** Names that Sigma rules use for what our events call otherwise. */
const FIELDS: Readonly<Record<string, string>> = {
  type: 'event.type',
  eventtype: 'event.type',
  actor: 'event.actor',
  user: 'event.actor',
  username: 'event.actor',
  repository: 'event.repository',
  project: 'event.project',
  source: 'event.source',
  trust: 'event.trust',
};
const PATH = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*$/;
const MODIFIERS = new Set(['contains', 'startswith', 'endswith', 're', 'all', 'cased', 'exists']);

/** A Sigma search identifier as CEL: a map is "and", a list of maps is "or". Keyword lists are not taken. */
export function searchToCel(search: unknown): Outcome<string, string> {
  if (Array.isArray(search)) {
    const parts = search.map(searchToCel);
    const bad = parts.find((part) => !part.ok);
    if (bad !== undefined) return bad;
    return ok(`(${parts.map((part) => (part.ok ? part.value : '')).join(' || ')})`);
  }
  if (typeof search !== 'object' || search === null) {
    return fail('keyword searches are not taken: name the field');
  }
  const parts: string[] = [];
  for (const [key, value] of Object.entries(search)) {
    const part = fieldToCel(key, value);
    if (!part.ok) return part;
    parts.push(part.value);
  }
  return parts.length === 0 ? fail('a search is empty') : ok(`(${parts.join(' && ')})`);
}

function fieldToCel(key: string, value: unknown): Outcome<string, string> {
  const [name = '', ...modifiers] = key.split('|');
  const unknown = modifiers.find((modifier) => !MODIFIERS.has(modifier));
  if (unknown !== undefined) return fail(`the modifier "${unknown}" is not taken`);
  const place = placeOf(name);
  if (place === undefined) return fail(`"${name}" cannot be a field`);
  const { path, guards } = place;
  if (modifiers.includes('exists')) {
    const there = guards.length === 0 ? `${path} != ""` : guards.join(' && ');
    return ok(value === false ? `!(${there})` : `(${there})`);
  }
  if (value === null)
    return ok(guards.length === 0 ? `${path} == ""` : `!(${guards.join(' && ')})`);
  const values = Array.isArray(value) ? value : [value];
  const tests: string[] = [];
  for (const one of values) {
    const test = valueToCel(path, one, modifiers);
    if (!test.ok) return test;
    tests.push(test.value);
  }
  const joined = tests.join(modifiers.includes('all') ? ' && ' : ' || ');
  return ok(`(${[...guards, `(${joined})`].join(' && ')})`);
}

/** A field that an event may lack is asked for step by step, so that its absence is an answer and not an error. */
function placeOf(name: string): { path: string; guards: readonly string[] } | undefined {
  const known = FIELDS[name.toLowerCase()];
  if (known !== undefined) return { path: known, guards: [] };
  if (!PATH.test(name)) return undefined;
  const steps = name.replace(/^data\./, '').split('.');
  const paths = steps.map((_, at) => `event.data.${steps.slice(0, at + 1).join('.')}`);
  return { path: paths.at(-1) ?? '', guards: paths.map((path) => `has(${path})`) };
}

function valueToCel(
  path: string,
  value: unknown,
  modifiers: readonly string[],
): Outcome<string, string> {
  if (typeof value === 'number' || typeof value === 'boolean') return ok(`${path} == ${value}`);
  if (typeof value !== 'string') return fail('a value must be text, a number, true, false or null');
  if (modifiers.includes('re')) return ok(`${path}.matches(${quote(value)})`);
  const open = modifiers.includes('contains');
  const before = open || modifiers.includes('endswith') ? '.*' : '';
  const after = open || modifiers.includes('startswith') ? '.*' : '';
  const cased = modifiers.includes('cased') ? '' : '(?i)';
  return ok(`${path}.matches(${quote(`${cased}^${before}${wildcards(value)}${after}$`)})`);
}

/** Sigma's `*` and `?`, each taken literally after a backslash, as a regular expression. */
function wildcards(text: string): string {
  return text.replace(/\\[*?\\]|[\s\S]/g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    const char = part.length === 2 ? part.slice(1) : part;
    return char.replace(/[.*+?^${}()|[\]\\]/, '\\$&');
  });
}

function quote(text: string): string {
  return JSON.stringify(text);
}

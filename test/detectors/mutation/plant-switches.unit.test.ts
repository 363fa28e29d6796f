import { afterEach, expect, test } from 'vitest';
import { plantSwitches } from './plant-switches.ts';
import { installSwitches } from './switches.ts';

const SOURCE = `type Named = { readonly name: string };

export function greet(names: readonly Named[], loud: boolean): string {
  // if (this) were code it would count
  const text = \`if (\${names.length}) hello\`;
  if (
    names.length === 0 // nobody
  )
    return '';
  const known = names.filter(({ name }) => name !== '').map(({ name }) => name);
  return isLoud(loud) ? text.toUpperCase() : known.join(' ');
}

function isLoud(loud: boolean): boolean {
  if (!loud) return false;
  const inner = (): string => {
    return 'no condition';
  };
  return loud && inner() !== '';
}
`;

afterEach(() => {
  Reflect.deleteProperty(globalThis, 'planted');
});

test('finds what an if tests and what a predicate returns, and no constant, comment or text', () => {
  const { conditions } = plantSwitches(SOURCE, 'greet.ts', 0);
  expect(conditions).toEqual([
    { file: 'greet.ts', line: 7, text: 'names.length === 0' },
    { file: 'greet.ts', line: 10, text: "name !== ''" },
    { file: 'greet.ts', line: 15, text: '!loud' },
    { file: 'greet.ts', line: 19, text: "loud && inner() !== ''" },
  ]);
});

test('changes nothing but the conditions, and numbers them on from the first', () => {
  const { text, conditions } = plantSwitches(SOURCE, 'greet.ts', 40);
  const undone = conditions.reduce(
    (left, condition, order) =>
      left.replace(`globalThis.planted(${40 + order}, ${condition.text})`, () => condition.text),
    text,
  );
  expect(text).not.toBe(SOURCE);
  expect(undone).toBe(SOURCE);
});

test('a copy with switches answers as the source does, but for the condition that is inverted', async () => {
  const source = "export const judge = (count) => { if (count > 2) return 'many'; return 'few'; };";
  const { text } = plantSwitches(source, 'judge.js', 7);
  const { judge } = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as {
    judge: (count: number) => string;
  };
  const switches = installSwitches();
  expect(switches.askedBy(() => expect(judge(3)).toBe('many'))).toEqual(new Set([7]));
  expect(switches.inverting(7, () => judge(3))).toBe('few');
  expect(switches.inverting(8, () => judge(3))).toBe('many');
  expect(judge(3)).toBe('many');
});

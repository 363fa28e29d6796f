import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesGlob } from '../../../detectors/text/match-glob.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 10 });

test('answers as the regular expression of the pattern does', () => {
  fc.assert(
    fc.property(word, text, (pattern, name) => {
      const parts = pattern.split('*').map((part) => part.replaceAll('.', '\\.'));
      expect(matchesGlob(pattern, name)).toBe(new RegExp(`^${parts.join('.*')}$`).test(name));
    }),
    { numRuns: 5000 },
  );
});

test('a pattern of many stars over a long text is answered, not computed for ever', () => {
  expect(matchesGlob(`${'*a'.repeat(60)}b`, 'a'.repeat(128))).toBe(false);
});

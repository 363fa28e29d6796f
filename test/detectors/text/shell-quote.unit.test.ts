import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellQuote } from '../../../detectors/text/shell-quote.ts';

const WORDS = [
  'docker://registry.example:5000/lab/tool@sha256:00ff',
  '',
  '-rf',
  "it's; rm -rf ~",
  '$(touch /tmp/x) `id` $HOME',
  'a\nb\tc\\d"e',
  '*?[a]{b,c}~!#&|<>()',
  "''''",
  'ünïcode ✓',
];

test('a POSIX shell reads each quoted word as exactly the text', () => {
  const script = `printf '%s\\0' ${WORDS.map(shellQuote).join(' ')}`;
  const read = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
  expect(read.split('\0').slice(0, -1)).toEqual(WORDS);
});

test('leaves plain words readable and never lets a word begin as an option', () => {
  expect(shellQuote('lab/tool:1.0')).toBe('lab/tool:1.0');
  expect(shellQuote('-x')).toBe("'-x'");
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLines } from '../../services/exports/read-lines.ts';

async function* inChunks(text: string, size: number) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function linesOf(text: string, size: number, most = 100) {
  const lines: string[] = [];
  for await (const line of readLines(inChunks(text, size), most)) {
    lines.push(line.kind === 'line' ? Buffer.from(line.bytes).toString() : `!${line.kind}`);
  }
  return lines;
}

describe('readLines', () => {
  it('gives back the lines, however the bytes arrive', async () => {
    const words = fc.array(fc.string({ maxLength: 20 }).map((text) => text.replaceAll('\n', '')));
    await fc.assert(
      fc.asyncProperty(words, fc.integer({ min: 1, max: 30 }), async (lines, size) => {
        const text = lines.map((line) => `${line}\n`).join('');
        expect(await linesOf(text, size)).toEqual(lines);
      }),
    );
  });

  it('stops at a line that is too long, before it has gathered it, and reports one without an end', async () => {
    expect(await linesOf(`ok\n${'x'.repeat(500)}\nmore\n`, 7)).toEqual(['ok', '!too-long']);
    expect(await linesOf('ok\nrest', 3)).toEqual(['ok', '!unended']);
  });
});

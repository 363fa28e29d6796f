import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { demoMonth } from '../../services/cli/demo/month.ts';
import { jsonLines, runProvost } from '../support/run-provost.ts';
import { startServiceProcess } from '../support/service-process.ts';

const EVENTS = 50;

/** Flips one bit in the record of the given text, in the newest segment of the events topic. */
function flipIn(data: string, text: string): void {
  const directory = join(data, 'log', 'topics', 'provost.events', '0');
  const file = join(
    directory,
    readdirSync(directory)
      .filter((name) => name.endsWith('.log'))
      .sort()
      .at(-1) ?? '',
  );
  const bytes = readFileSync(file);
  const at = bytes.indexOf(text);
  expect(at).toBeGreaterThan(0);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

it('names the record of the log in which a byte was flipped, while the service runs and when it starts', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'provost-flip-'));
  const data = join(directory, 'data');
  const file = join(directory, 'events.ndjson');
  writeFileSync(
    file,
    demoMonth()
      .slice(0, EVENTS)
      .map((event) => JSON.stringify(event))
      .join('\n'),
  );
  expect((await runProvost(['import', file, '--data', data])).code).toBe(0);

  const service = await startServiceProcess({ data });
  expect((await runProvost(['fsck', '--data', data])).code).toBe(0);
  flipIn(data, 'demo-00020');
  const found = await runProvost(['fsck', '--data', data, '--json']);
  expect(found.code).toBe(1);
  const problems = jsonLines<{ kind: string; index?: number }>(found.stdout).filter(
    ({ kind }) => kind === 'problem',
  );
  expect(problems).toEqual([
    expect.objectContaining({
      shard: 0,
      problem: expect.objectContaining({ code: 'bus.corrupt-record' }),
    }),
  ]);
  const offset = problems[0]?.index ?? -1;
  await service.kill('SIGTERM');

  const start = await runProvost(['serve', '--data', data], { PROVOST_PORT: '0' });
  expect(start.code).toBe(1);
  expect(start.stderr).toContain('bus.corrupt-record');
  expect(start.stderr).toMatch(new RegExp(`provost\\.events.*\\b${offset}\\b`));
  rmSync(directory, { recursive: true, force: true });
});

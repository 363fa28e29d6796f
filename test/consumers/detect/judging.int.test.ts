import { afterEach, describe, expect, test } from 'vitest';
import { createInlineJudging } from '../../../consumers/detect/inline-judging.ts';
import type { EncodedEntry, Judging } from '../../../consumers/detect/judging.ts';
import { createWorkerJudging } from '../../../consumers/detect/worker-judging.ts';
import { builtReleases } from '../../../detectors/examples/story.ts';
import { LANE_DETECTORS } from '../../../detectors/lane/lane-registry.ts';
import { DETECTORS } from '../../../detectors/registry.ts';
import { FatalError } from '../../../services/core/errors.ts';

const told = builtReleases().days(1).push('1.3.0', 'foreign', 'stranger').events();
const entries: readonly EncodedEntry[] = told.map((event, index) => ({
  index,
  value: Buffer.from(JSON.stringify(event)),
}));

const started: Judging[] = [];
afterEach(async () => {
  for (const judging of started.splice(0)) await judging.stop();
});

describe.each([
  [
    'in this thread',
    () =>
      createInlineJudging({
        detectors: DETECTORS,
        laneDetectors: LANE_DETECTORS,
        governance: {},
      }),
  ],
  ['in a thread of its own', () => createWorkerJudging({ governance: {}, rules: [] })],
])('judging %s', (_name, create) => {
  const start = (): Judging => {
    const judging = create();
    started.push(judging);
    return judging;
  };
  const idsOf = async (judging: Judging, part = entries) => {
    const { records } = await judging.judge(0, part);
    return records.map(({ value }) => JSON.parse(Buffer.from(value).toString('utf8')).id);
  };

  test('raises the findings of a story, with what to count', { timeout: 60_000 }, async () => {
    const judging = start();
    expect(await judging.open(0, undefined)).toBe(0);
    const { records, counts } = await judging.judge(0, entries);
    expect(records.length).toBeGreaterThan(0);
    expect(records.every(({ key }) => key === 'lab')).toBe(true);
    expect(counts.map(({ rule }) => rule)).toContain('tag-mutation');
  });

  test('an entry that is folded raises nothing again', { timeout: 60_000 }, async () => {
    const judging = start();
    await judging.open(0, undefined);
    await judging.fold(0, entries);
    expect(await idsOf(judging)).toEqual([]);
  });

  test('goes on from a saved state as if it had never stopped', { timeout: 60_000 }, async () => {
    const whole = start();
    await whole.open(0, undefined);
    const expected = await idsOf(whole);
    const first = start();
    await first.open(0, undefined);
    await first.fold(0, entries.slice(0, -1));
    const state = await first.save(0);
    const second = start();
    expect(await second.open(0, { nextIndex: entries.length - 1, state })).toBe(entries.length - 1);
    expect(await idsOf(second, entries.slice(-1))).toEqual(expected.slice(-expected.length));
  });

  test('a state that cannot be read is no state', { timeout: 60_000 }, async () => {
    const judging = start();
    expect(await judging.open(0, { nextIndex: 7, state: Buffer.from('{"format":0') })).toBe(0);
  });

  test('an entry that does not read is fatal', { timeout: 60_000 }, async () => {
    const judging = start();
    await judging.open(0, undefined);
    await expect(judging.judge(0, [{ index: 0, value: Buffer.from('{') }])).rejects.toBeInstanceOf(
      FatalError,
    );
  });
});

test('a thread that failed says so to every later call', { timeout: 60_000 }, async () => {
  const judging = createWorkerJudging({ governance: {}, rules: [] });
  started.push(judging);
  await expect(judging.save(3)).rejects.toBeInstanceOf(FatalError);
  await expect(judging.open(0, undefined)).rejects.toBeInstanceOf(FatalError);
});

import { afterEach, describe, expect, test } from 'vitest';
import { createInlineJudging } from '../../../consumers/detect/inline-judging.ts';
import type { EncodedEntry, Judging } from '../../../consumers/detect/judging.ts';
import { createWorkerJudging } from '../../../consumers/detect/worker-judging.ts';
import { builtReleases, story } from '../../../detectors/examples/story.ts';
import { taintElsewhereExamples } from '../../../detectors/examples/taint-elsewhere-examples.ts';
import { SLACK_MS } from '../../../detectors/lane/lane-fold.ts';
import { LANE_DETECTORS } from '../../../detectors/lane/lane-registry.ts';
import { DETECTORS } from '../../../detectors/registry.ts';
import { FatalError } from '../../../services/core/errors.ts';
import type { ProvostEvent } from '../../../services/core/events/event.ts';
import { receivedOf } from '../../detectors/lane/lane-stories.ts';

const told = builtReleases().days(1).push('1.3.0', 'foreign', 'stranger').events();
const entries = encoded(told);

/** Builds come twelve minutes after their pushes. */
function builtLater() {
  return story().times(20, (told, turn) =>
    told.days(1).push(`1.${turn}.0`, `late-${turn}`).hours(0.2).build(`late-${turn}`),
  );
}

function encoded(events: readonly ProvostEvent[]): readonly EncodedEntry[] {
  return events.map((event, index) => ({ index, value: Buffer.from(JSON.stringify(event)) }));
}

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
  const start = async (): Promise<Judging> => {
    const judging = await create();
    started.push(judging);
    return judging;
  };
  const idsOf = async (judging: Judging, part = entries) => {
    const { records } = await judging.judge(0, part);
    return records.map(({ value }) => JSON.parse(Buffer.from(value).toString('utf8')).id);
  };

  test('raises the findings of a story, with what to count', { timeout: 60_000 }, async () => {
    const judging = await start();
    await judging.open(0, 0);
    const { records, counts } = await judging.judge(0, entries);
    expect(records.length).toBeGreaterThan(0);
    expect(records.every(({ key }) => key === 'lab')).toBe(true);
    expect(counts.map(({ rule }) => rule)).toContain('tag-mutation');
  });

  test('an entry that is folded raises nothing again', { timeout: 60_000 }, async () => {
    const judging = await start();
    await judging.open(0, 0);
    await judging.fold(0, entries);
    expect(await idsOf(judging)).toEqual([]);
  });

  test('goes on from a saved state as if it had never stopped', { timeout: 60_000 }, async () => {
    const whole = await start();
    await whole.open(0, 0);
    const expected = await idsOf(whole);
    const first = await start();
    await first.open(0, 0);
    await first.fold(0, entries.slice(0, -1));
    const { parts, reflected } = await first.save(0, 1);
    expect(reflected).toBe(entries.length - 1);
    const second = await start();
    await second.open(0, reflected);
    expect(await second.restore(0, parts)).toBe(true);
    expect(await idsOf(second, entries.slice(-1))).toEqual(expected.slice(-expected.length));
  });

  test('says that a state cannot be read', { timeout: 60_000 }, async () => {
    const judging = await start();
    await judging.open(0, 7);
    const part = { name: 'lab', nextIndex: 7, state: Buffer.from('{"format":0') };
    expect(await judging.restore(0, [part])).toBe(false);
  });

  test('the second lane takes what is judged here, and asks for the rest', {
    timeout: 60_000,
  }, async () => {
    const story = taintElsewhereExamples()
      .fires.slice(0, 1)
      .flatMap(({ given, when }) => [...given, when]);
    const [lab, climate] = ['lab', 'climate'].map((project) =>
      encoded(story.filter((event) => event.project === project)),
    );
    if (lab === undefined || climate === undefined) throw new Error('no story');
    const judging = await start();
    await judging.openLane(undefined);
    await judging.open(0, 0);
    await judging.judge(0, lab);
    const at = receivedOf(story.at(-1)) + SLACK_MS;
    const sizes = new Map([
      [0, lab.length],
      [1, climate.length],
    ]);
    const { read } = await judging.advanceLane({ at, sizes, unsettled: [] });
    expect(read).toEqual({ shard: 1, from: 0, to: climate.length });
    await judging.readLane(1, climate);
    const { judged, waiting } = await judging.advanceLane({ at, sizes, unsettled: [] });
    expect(judged.counts).toEqual([{ rule: 'taint-join', disposition: 'page' }]);
    expect([...waiting.values()]).toEqual([0, 0]);
    const saved = await judging.saveLane();
    expect(saved.nextIndex).toBe(story.length);
    await judging.openLane(saved);
    const again = await judging.advanceLane({ at, sizes, unsettled: [] });
    expect([again.read, again.judged.counts]).toEqual([undefined, []]);
  });

  test('says which projects wait in vain, and what its answer reflects', {
    timeout: 60_000,
  }, async () => {
    const judging = await start();
    await judging.open(0, 0);
    const events = builtLater().days(1).push('2.0.0', 'forged').events();
    const pushedAt = Date.parse(events.at(-1)?.time ?? '');
    const forged = encoded(events);
    await judging.judge(0, forged);
    expect(await judging.overdue(pushedAt)).toEqual([
      { shard: 0, nextIndex: forged.length, overdue: [] },
    ]);
    const [{ overdue } = { overdue: [] }] = await judging.overdue(pushedAt + 3_600_000);
    expect(overdue.map(({ project }) => project)).toEqual(['lab']);
    expect(await judging.overdue(pushedAt + 3_600_000)).toEqual([
      { shard: 0, nextIndex: forged.length, overdue },
    ]);
  });

  test('an entry that does not read is fatal', { timeout: 60_000 }, async () => {
    const judging = await start();
    await judging.open(0, 0);
    await expect(judging.judge(0, [{ index: 0, value: Buffer.from('{') }])).rejects.toBeInstanceOf(
      FatalError,
    );
  });
});

test('a thread that failed says so to every later call', { timeout: 60_000 }, async () => {
  const judging = await createWorkerJudging({ governance: {}, rules: [] });
  started.push(judging);
  await expect(judging.save(3, 1)).rejects.toBeInstanceOf(FatalError);
  await expect(judging.open(0, 0)).rejects.toBeInstanceOf(FatalError);
});

test('a thread that does not load is refused', { timeout: 60_000 }, async () => {
  const nameless = { when: undefined } as never;
  await expect(createWorkerJudging({ governance: {}, rules: [nameless] })).rejects.toBeInstanceOf(
    FatalError,
  );
});

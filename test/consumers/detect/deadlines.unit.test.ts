import { afterEach, expect, test } from 'vitest';
import { startDetectConsumer } from '../../../consumers/detect/detect-consumer.ts';
import { createInlineJudging } from '../../../consumers/detect/inline-judging.ts';
import {
  MAX_A_LOOK,
  REPEATING_MS,
  UNDER_WAY_MS,
  watchDeadlines,
} from '../../../consumers/detect/watch-deadlines.ts';
import { plainReleases, type Story, story } from '../../../detectors/examples/story.ts';
import { LANE_DETECTORS } from '../../../detectors/lane/lane-registry.ts';
import { DETECTORS } from '../../../detectors/registry.ts';
import { MINUTE } from '../../../detectors/view/limits.ts';
import type { Bus, OutgoingRecord } from '../../../services/bus/bus.ts';
import { FatalError } from '../../../services/core/errors.ts';
import type { ProvostEvent } from '../../../services/core/events/event.ts';
import { TOPICS } from '../../../services/core/topics.ts';
import { createVirtualTime, settle } from '../../alerts/virtual-time.ts';
import { createAlertWorld, createTestChannel } from '../alert/alert-world.ts';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Builds come twelve minutes after their push, and then somebody pushes what nobody has built. */
function forged(repository?: string): Story {
  return story(repository)
    .times(20, (told, turn) =>
      told.days(1).push(`1.${turn}.0`, `late-${turn}`).hours(0.2).build(`late-${turn}`),
    )
    .days(1)
    .push('2.0.0', 'forged');
}

/** The way round with a clock that only the test moves; the story ends when the clock begins. */
async function createQuietWorld(told: readonly Story[], partitions = 1) {
  const world = await createAlertWorld({ partitions });
  closing.push(world.close);
  const events = told.flatMap((one, number) => endingAt(one.events(), world.time.now(), number));
  await world.publish(events);

  const lags = async (group: string) => await world.bus.lag(TOPICS.ledger, group);
  const calm = async (groups: readonly string[] = ['provost-detect']): Promise<void> => {
    for (let still = 0; still < 3; ) {
      const all = [
        ...(await world.bus.lag(TOPICS.events, 'recorder')),
        ...(await Promise.all(groups.map(lags))).flat(),
      ];
      still = all.every(({ lag }) => lag === 0n) ? still + 1 : 0;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await settle();
  };
  const entries = async (): Promise<readonly ProvostEvent[]> => {
    const found: ProvostEvent[] = [];
    for (const shard of await world.ledger.shards())
      for await (const { event } of world.ledger.scan(shard, 0, await world.ledger.size(shard)))
        found.push(event);
    return found;
  };
  return {
    ...world,
    told: events.length,
    entries,
    calm,
    idsOf: async (type: ProvostEvent['type']) =>
      (await entries()).flatMap((event) => (event.type === type ? [event.id] : [])).sort(),
    detect: async (bus: Partial<Bus> = {}) => {
      const consumer = await startDetectConsumer({
        bus: { ...world.bus, ...bus },
        ledger: world.ledger,
        judging: createInlineJudging({
          detectors: DETECTORS,
          laneDetectors: LANE_DETECTORS,
          governance: {},
        }),
        clock: world.time,
        wait: world.time.wait,
        log: { info: () => {}, warn: () => {} },
        metrics: { finding: () => {}, laneWaiting: () => {}, laneLate: () => {} },
        intake: { topic: TOPICS.events, group: 'recorder' },
        onFatal: (error) => world.failures.push(error),
      });
      closing.push(consumer.stop);
      return consumer;
    },
    /** Lets the time pass, and after it whatever that sets going. */
    passes: async (ms: number): Promise<void> => {
      await calm();
      await world.time.advance(ms);
      await calm();
    },
  };
}

function endingAt(events: readonly ProvostEvent[], end: number, number: number): ProvostEvent[] {
  const shift = end - Date.parse(events.at(-1)?.time ?? '');
  const moved = (time: string) => new Date(Date.parse(time) + shift).toISOString();
  return events.map((event) => ({
    ...event,
    id: `${number}-${event.id}`,
    time: moved(event.time),
    receivedtime: moved(event.receivedtime),
  }));
}

function isAbout(records: readonly OutgoingRecord[], type: ProvostEvent['type']): boolean {
  return records.some(({ value }) => Buffer.from(value).includes(`"type":"${type}"`));
}

test('a push that nothing explains is found although nothing else happens, and people are told once', async () => {
  const world = await createQuietWorld([forged()]);
  const { channel, sent } = createTestChannel('mail');
  await world.detect();
  const alerts = await world.start({ channels: [channel] });
  closing.push(alerts.stop);
  await world.passes(30 * MINUTE);
  expect(await world.idsOf('finding.raised')).toEqual([]);
  await world.passes(HOUR);
  expect(await world.idsOf('deadline.passed')).toHaveLength(1);
  expect(await world.idsOf('finding.raised')).not.toEqual([]);
  await world.calm(['provost-detect', 'provost-alert']);
  expect(sent).toHaveLength(1);
  const size = (await world.entries()).length;
  await world.passes(3 * HOUR);
  expect((await world.entries()).length).toBe(size);
});

test('the finding is of the push, and came to be known when its time was over', async () => {
  const world = await createQuietWorld([forged()]);
  await world.detect();
  await world.passes(2 * HOUR);
  const entries = await world.entries();
  const push = entries.findLast(({ type }) => type === 'artifact.pushed');
  const stated = entries.find(({ type }) => type === 'deadline.passed');
  const found = entries.find(({ type }) => type === 'finding.raised');
  if (stated?.type !== 'deadline.passed' || found?.type !== 'finding.raised')
    throw new Error('none');
  expect(found.data.finding.evidence[0]?.id).toBe(push?.id);
  expect(found.time).toBe(stated.data.deadline);
  const waited = Date.parse(stated.receivedtime) - Date.parse(stated.data.deadline);
  expect(waited).toBeGreaterThanOrEqual(UNDER_WAY_MS);
  expect(waited).toBeLessThan(UNDER_WAY_MS + MINUTE);
});

test('the same findings under the same ids, however the ledger is split', async () => {
  const stories = ['lab/tool', 'sea/tool', 'sky/tool', 'ice/tool'];
  const idsOn = async (partitions: number) => {
    const world = await createQuietWorld(stories.map(forged), partitions);
    await world.detect();
    await world.passes(2 * HOUR);
    return [await world.idsOf('deadline.passed'), await world.idsOf('finding.raised')];
  };
  const [deadlines, findings] = await idsOn(1);
  expect(deadlines).toHaveLength(stories.length);
  expect(findings?.length).toBeGreaterThanOrEqual(stories.length);
  for (const partitions of [3, 12]) expect(await idsOn(partitions)).toEqual([deadlines, findings]);
});

test('a process that ends between publishing a deadline and its answer leaves one of each', async () => {
  const world = await createQuietWorld([forged()]);
  let crashes = 0;
  const publish: Bus['publish'] = async (topic, records) => {
    const positions = await world.bus.publish(topic, records);
    // It is durable, and nobody who asked for it lives to hear so.
    if (
      crashes < 2 &&
      (isAbout(records, 'deadline.passed') || isAbout(records, 'finding.raised'))
    ) {
      crashes += 1;
      throw new Error('the process is gone');
    }
    return positions;
  };
  await world.detect({ publish });
  await world.passes(HOUR);
  await world.passes(HOUR);
  expect(crashes).toBe(2);
  expect(await world.idsOf('deadline.passed')).toHaveLength(1);
  const findings = await world.idsOf('finding.raised');
  expect(new Set(findings).size).toBe(findings.length);
  expect(findings.length).toBeGreaterThan(0);
  expect(world.refused).toEqual([]);
});

test('a start in the silence opens the shards by itself, and says nothing again that was said', async () => {
  const world = await createQuietWorld([forged(), forged('sea/tool')], 3);
  const first = await world.detect();
  await world.passes(20 * MINUTE);
  await first.stop();
  await world.time.advance(2 * DAY);
  const second = await world.detect();
  await world.passes(REPEATING_MS - MINUTE);
  expect(await world.idsOf('deadline.passed')).toEqual([]);
  await world.passes(2 * MINUTE);
  expect(await world.idsOf('deadline.passed')).toHaveLength(2);
  const size = (await world.entries()).length;
  await second.stop();
  await world.detect();
  await world.passes(3 * HOUR);
  expect((await world.entries()).length).toBe(size);
  expect(world.refused).toEqual([]);
});

test('a build that comes in time explains the push, and nothing is stated', async () => {
  const world = await createQuietWorld([forged()]);
  await world.detect();
  await world.passes(20 * MINUTE);
  const built = endingAt(story().build('forged').events(), world.time.now(), 9);
  await world.publish(built);
  await world.passes(3 * HOUR);
  expect((await world.entries()).length).toBe(world.told + 1);
});

test('an idle service writes nothing where nothing is expected', async () => {
  const world = await createQuietWorld([plainReleases(), plainReleases('sea/tool')]);
  await world.detect();
  await world.passes(3 * HOUR);
  expect((await world.entries()).length).toBe(world.told);
});

test('what a project sends late is waited for as much longer', async () => {
  const world = await createQuietWorld([]);
  const late = endingAt(forged().events(), world.time.now() - 400 * DAY, 1).map((event) => ({
    ...event,
    receivedtime: new Date(Date.parse(event.time) + 400 * DAY).toISOString(),
  }));
  await world.publish(late);
  await world.detect();
  await world.passes(30 * MINUTE);
  expect(await world.idsOf('deadline.passed')).toEqual([]);
  await world.passes(HOUR);
  expect(await world.idsOf('deadline.passed')).toHaveLength(1);
});

test('a sender whose clock is ahead brings no deadline forward by it', async () => {
  const world = await createQuietWorld([forged()]);
  const [ahead] = endingAt(
    story().event('token.created', { tokenId: 't' }).events(),
    world.time.now(),
    9,
  );
  if (ahead === undefined) throw new Error('no event');
  const time = new Date(world.time.now() + 4 * MINUTE).toISOString();
  await world.publish([{ ...ahead, time }]);
  await world.detect();
  await world.passes(2 * HOUR);
  const stated = (await world.entries()).find(({ type }) => type === 'deadline.passed');
  if (stated?.type !== 'deadline.passed') throw new Error('none');
  const waited = Date.parse(stated.receivedtime) - Date.parse(stated.data.deadline);
  expect(waited).toBeGreaterThanOrEqual(UNDER_WAY_MS);
});

/** A watch over judging that always has something to say about so many projects. */
async function startWatch(options: {
  readonly projects?: number;
  readonly lag?: bigint;
  readonly size?: number;
  readonly overdue?: () => Promise<never>;
}) {
  const time = createVirtualTime(0);
  const published: string[] = [];
  const failures: Error[] = [];
  const warnings: string[] = [];
  const asked = { lag: 0 };
  const overdue = Array.from({ length: options.projects ?? 1 }, (_, number) => ({
    project: `p${number}`,
    deadline: 1000 - number,
  }));
  const watch = watchDeadlines({
    bus: {
      lag: async () => {
        asked.lag += 1;
        return [{ partition: 0, acknowledged: 0n, end: 0n, lag: options.lag ?? 0n }];
      },
      publish: async (_topic, records) => {
        published.push(...records.map(({ key }) => key));
        return [];
      },
    },
    ledger: { size: async () => options.size ?? 5 },
    judging: { overdue: options.overdue ?? (async () => [{ shard: 0, nextIndex: 5, overdue }]) },
    intake: { topic: TOPICS.events, group: 'recorder' },
    clock: time,
    wait: time.wait,
    openQuiet: async () => {},
    log: { warn: (_fields, message) => warnings.push(message) },
    onFatal: (error) => failures.push(error),
  });
  closing.push(watch.stop);
  await time.advance(REPEATING_MS - 1);
  return { time, published, failures, warnings, asked };
}

test('looks at nothing while senders may repeat what they could not deliver, and then at the oldest first', async () => {
  const { time, published } = await startWatch({ projects: MAX_A_LOOK + 30 });
  expect(published).toEqual([]);
  await time.advance(5000);
  expect(published).toHaveLength(MAX_A_LOOK);
  expect(published[0]).toBe(`p${MAX_A_LOOK + 29}`);
});

test('waits while something that was accepted is on its way to the ledger, or not judged yet', async () => {
  const onItsWay = await startWatch({ lag: 1n });
  await onItsWay.time.advance(MINUTE);
  expect(onItsWay.published).toEqual([]);
  const unjudged = await startWatch({ size: 6 });
  await unjudged.time.advance(MINUTE);
  expect(unjudged.published).toEqual([]);
});

test('asks nobody but the rules while no time is over', async () => {
  const { time, asked } = await startWatch({ projects: 0 });
  await time.advance(HOUR);
  expect(asked.lag).toBe(0);
});

test('an outage is told and tried again, and an unknown state ends the process', async () => {
  const out = await startWatch({ overdue: async () => Promise.reject(new Error('away')) });
  await out.time.advance(11_000);
  expect(out.warnings.length).toBeGreaterThanOrEqual(2);
  const gone = new FatalError('bus.corrupt-record', 'detection ended');
  const fatal = await startWatch({ overdue: async () => Promise.reject(gone) });
  await fatal.time.advance(MINUTE);
  expect(fatal.failures).toEqual([gone]);
});

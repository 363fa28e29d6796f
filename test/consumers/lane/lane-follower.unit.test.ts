import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  HOLD_MS,
  LANE_SNAPSHOT_CONSUMER,
  openLaneFollower,
} from '../../../consumers/lane/lane-follower.ts';
import { credentialReuseExamples } from '../../../detectors/examples/credential-reuse-examples.ts';
import { crossNamespaceRetagExamples } from '../../../detectors/examples/cross-namespace-retag-examples.ts';
import { crossProjectMassPullExamples } from '../../../detectors/examples/cross-project-mass-pull-examples.ts';
import { taintElsewhereExamples } from '../../../detectors/examples/taint-elsewhere-examples.ts';
import { LANE_DETECTORS } from '../../../detectors/lane/lane-registry.ts';
import { LANE_SNAPSHOT_FORMAT } from '../../../detectors/lane/lane-snapshot.ts';
import { partitionForKey } from '../../../services/bus/partition-for-key.ts';
import type { EventOf, ProvostEvent } from '../../../services/core/events/event.ts';
import { validateAcceptedEvent } from '../../../services/core/events/validate-event.ts';
import type { JsonValue } from '../../../services/core/json/json-value.ts';
import { judgeTogether } from '../../detectors/run-example.ts';
import { createMemoryLedger } from '../../fakes/memory-ledger.ts';

/** All stories that fire, one after the other, as one ledger would hold them. */
const STORIES = [
  crossNamespaceRetagExamples,
  crossProjectMassPullExamples,
  credentialReuseExamples,
  taintElsewhereExamples,
]
  .flatMap((tell) => tell().fires)
  .map(({ given, when }, part) =>
    [...given, when].map((event) => ({ ...event, id: `${part}-${event.id}` })),
  );

async function world(events: readonly ProvostEvent[], shards: number) {
  const time = { now: Date.parse(events.at(-1)?.receivedtime ?? '') + HOLD_MS };
  const clock = { now: () => time.now };
  const ledger = createMemoryLedger({
    origin: 'provost.example/test',
    privateKey: generateKeyPairSync('ed25519').privateKey,
    clock,
  });
  const append = async (more: readonly ProvostEvent[]) => {
    for (let shard = 0; shard < shards; shard += 1) {
      const own = more.filter(({ project }) => partitionForKey(project, shards) === shard);
      if (own.length > 0) await ledger.writer(shard).append(own);
    }
  };
  await append(events);
  const published: EventOf<'finding.raised'>[] = [];
  const failures = { left: 0 };
  const open = () =>
    openLaneFollower({
      ledger,
      governance: {},
      detectors: LANE_DETECTORS,
      clock,
      publish: async (raised) => {
        if (failures.left > 0) {
          failures.left -= 1;
          throw new Error('the bus is away');
        }
        published.push(...raised);
      },
    });
  return { time, ledger, append, published, failures, open };
}

const idsOf = (raised: readonly EventOf<'finding.raised'>[]) => raised.map(({ id }) => id);

test('the same findings under the same ids from 1, 3 and 12 shards, and as a replay says them', async () => {
  const events = recent();
  const expected = judgeTogether(LANE_DETECTORS, events)
    .findings.flat()
    .map(({ finding }) => `finding:${finding.findingId}`);
  expect(expected.length).toBeGreaterThan(10);
  const bodies: string[] = [];
  for (const shards of [1, 3, 12]) {
    const { open, published } = await world(events, shards);
    await (await open()).advance();
    expect(idsOf(published)).toEqual(expected);
    bodies.push(JSON.stringify(published.map(withoutPlaces)));
  }
  expect(bodies[1]).toBe(bodies[0]);
  expect(bodies[2]).toBe(bodies[0]);
});

test('what it raises are events that the ledger takes, for the project concerned', async () => {
  const { open, published } = await world(recent(), 3);
  await (await open()).advance();
  for (const event of published) {
    const outcome = validateAcceptedEvent(event as unknown as JsonValue);
    expect(outcome.ok ? '' : outcome.problem.message).toBe('');
    expect(event.project).toBe(event.data.project);
  }
});

test('after a crash at any point the same findings come out, from a snapshot or from the beginning', async () => {
  const events = recent();
  const whole = await world(events, 3);
  await (await whole.open()).advance();
  for (const withSnapshot of [true, false]) {
    const cut = Math.floor(events.length * 0.9);
    const { open, published, append, time } = await world(events.slice(0, cut), 3);
    const first = await open();
    await first.advance();
    if (withSnapshot) await first.save();
    await append(events.slice(cut));
    time.now = Date.parse(events.at(-1)?.receivedtime ?? '') + HOLD_MS;
    await (await open()).advance();
    expect([...new Set(idsOf(published))].sort()).toEqual(idsOf(whole.published).sort());
    const said = new Map(published.map((event) => [event.id, JSON.stringify(event)]));
    for (const event of published) expect(JSON.stringify(event)).toBe(said.get(event.id));
    expect(published.length).toBeGreaterThanOrEqual(whole.published.length);
  }
});

test('a snapshot keeps what is held, so that nothing is judged twice or lost', async () => {
  const events = recent();
  const { open, published, time, ledger } = await world(events, 3);
  time.now = Date.parse(events.at(-1)?.receivedtime ?? '');
  const first = await open();
  await first.advance();
  const early = published.length;
  await first.save();
  const saved = await ledger.latestSnapshot(LANE_SNAPSHOT_CONSUMER, 0, LANE_SNAPSHOT_FORMAT);
  expect(saved?.nextIndex).toBe(events.length);
  time.now += HOLD_MS;
  await (await open()).advance();
  const whole = await world(events, 3);
  await (await whole.open()).advance();
  expect(early).toBeLessThan(whole.published.length);
  expect(idsOf(published)).toEqual(idsOf(whole.published));
});

test('an entry waits until no shard can bring an earlier one', async () => {
  const events = recent();
  const { open, published, time } = await world(events, 3);
  time.now = Date.parse(events[0]?.receivedtime ?? '') + HOLD_MS - 1;
  const follower = await open();
  await follower.advance();
  expect(published).toEqual([]);
  time.now = Date.parse(events.at(-1)?.receivedtime ?? '') + HOLD_MS;
  await follower.advance();
  expect(published.length).toBeGreaterThan(0);
});

test('entries that the topic brings are taken once, in whatever order they come beside the ledger', async () => {
  const events = recent();
  const { open, published, ledger } = await world(events, 3);
  const whole = await world(events, 3);
  await (await whole.open()).advance();
  const follower = await open();
  for (const shard of await ledger.shards()) {
    for await (const { index, event } of ledger.scan(shard, 0, 50)) {
      // The topic repeats after a crash, and leaves gaps that the ledger fills.
      if (index < 20 || index > 30) follower.offer({ shard, index, event });
      follower.offer({ shard, index: 0, event });
    }
  }
  await follower.advance();
  expect(idsOf(published)).toEqual(idsOf(whole.published));
});

test('findings that could not be published are published by the next call', async () => {
  const events = recent();
  const { open, published, failures } = await world(events, 1);
  const follower = await open();
  failures.left = 1;
  await expect(follower.advance()).rejects.toThrow('the bus is away');
  await follower.save();
  expect(published).toEqual([]);
  await follower.advance();
  const whole = await world(events, 1);
  await (await whole.open()).advance();
  expect(idsOf(published)).toEqual(idsOf(whole.published));
});

test('what was raised longer ago than the ledger remembers an id is not raised again', async () => {
  const events = recent();
  const { open, published, time } = await world(events, 1);
  time.now += 60 * 24 * 3_600_000;
  await (await open()).advance();
  expect(published).toEqual([]);
});

/** The stories under names of their own, all ending on one day, as the ledger received them. */
function recent(): readonly ProvostEvent[] {
  const end = Math.max(...STORIES.map((story) => receivedOf(story.at(-1))));
  const moved = STORIES.map((story, part) => {
    const shift = end + part * 20 * 60_000 - receivedOf(story.at(-1));
    return story.map((event) => rename(event, part, shift));
  });
  return sorted(moved.flat());
}

function rename(event: ProvostEvent, part: number, shift: number): ProvostEvent {
  const time = new Date(receivedOf(event) + shift).toISOString();
  const data = JSON.parse(
    JSON.stringify(event.data).replace(
      /"(name|tokenId)":"([^"]+)"/g,
      (_all, key: string, value: string) =>
        value.includes(':') || value.includes(' ')
          ? `"${key}":"${value}"`
          : `"${key}":"${value}-${part}"`,
    ),
  ) as ProvostEvent['data'];
  return {
    ...event,
    time,
    receivedtime: time,
    project: `${event.project}-${part}`,
    data,
  } as ProvostEvent;
}

function sorted(events: readonly ProvostEvent[]): readonly ProvostEvent[] {
  return [...events].sort((one, other) => {
    const byTime = receivedOf(one) - receivedOf(other);
    if (byTime !== 0) return byTime;
    const [left, right] = [one, other].map(({ source, id }) => [source, id] as const);
    if (left === undefined || right === undefined) return 0;
    if (left[0] !== right[0]) return left[0] < right[0] ? -1 : 1;
    return left[1] < right[1] ? -1 : 1;
  });
}

function receivedOf(event: ProvostEvent | undefined): number {
  return Date.parse(event?.receivedtime ?? '');
}

/** Where an entry lies differs between partitionings; which entry it is does not. */
function withoutPlaces(event: EventOf<'finding.raised'>) {
  const { observed, evidence, ...finding } = event.data.finding;
  return {
    ...event,
    data: {
      finding,
      evidence: evidence.map(({ source, id, role }) => [source, id, role]),
      uses: observed['uses'],
    },
  };
}

import { expect, test } from 'vitest';
import { deadlineEvent } from '../../../detectors/deadline-event.ts';
import { DEFAULT_POLICY } from '../../../detectors/detection-policy.ts';
import type { LaneDetector } from '../../../detectors/lane/lane-detector.ts';
import {
  createLaneFold,
  HOLD_MS,
  type LaneFold,
  type LaneLook,
  SLACK_MS,
} from '../../../detectors/lane/lane-fold.ts';
import { LANE_DETECTORS } from '../../../detectors/lane/lane-registry.ts';
import { taintElsewhere } from '../../../detectors/lane/taint-join.ts';
import type { Entry, EventOf, ProvostEvent } from '../../../services/core/events/event.ts';
import { validateAcceptedEvent } from '../../../services/core/events/validate-event.ts';
import type { JsonValue } from '../../../services/core/json/json-value.ts';
import { pushed } from '../../fakes/sample-events.ts';
import { judgeTogether } from '../run-example.ts';
import { inOrder, inShards, laneStories, receivedOf } from './lane-stories.ts';

const policyOf = () => DEFAULT_POLICY;
const open = (saved?: string) => createLaneFold({ detectors: LANE_DETECTORS, policyOf }, saved);
const STORIES = laneStories();
const END = receivedOf(STORIES.at(-1));

/** What the lane says when it reads all that the shards have. */
function follow(
  fold: LaneFold,
  shards: readonly (readonly ProvostEvent[])[],
  at: number,
  unsettled: readonly number[] = [],
): EventOf<'finding.raised'>[] {
  const raised: EventOf<'finding.raised'>[] = [];
  for (;;) {
    const progress = fold.advance(lookAt(shards, at, unsettled));
    raised.push(...progress.raised);
    if (progress.read === undefined) return raised;
    const { shard, from, to } = progress.read;
    for (const entry of entriesOf(shards, shard).slice(from, to)) fold.take(entry);
  }
}

function lookAt(
  shards: readonly (readonly ProvostEvent[])[],
  at: number,
  unsettled: readonly number[] = [],
): LaneLook {
  return { at, sizes: new Map(shards.map((events, shard) => [shard, events.length])), unsettled };
}

function entriesOf(shards: readonly (readonly ProvostEvent[])[], shard: number): Entry[] {
  return (shards[shard] ?? []).map((event, index) => ({ shard, index, event }) as Entry);
}

const idsOf = (raised: readonly EventOf<'finding.raised'>[]) => raised.map(({ id }) => id);
const whole = (shards: number) => follow(open(), inShards(STORIES, shards), END + SLACK_MS);

test('that time has passed in one project neither waits in the lane nor is late', () => {
  const fold = open();
  const event = deadlineEvent('lab', END, END);
  fold.take({ shard: 0, index: 0, event });
  const { waiting, steps, late } = fold.advance(lookAt([[event]], END + SLACK_MS));
  expect([waiting.get(0), steps, late]).toEqual([0, 1, 0]);
});

test('the same findings under the same ids from 1, 3 and 12 shards, and as a replay says them', () => {
  const expected = judgeTogether(LANE_DETECTORS, STORIES)
    .findings.flat()
    .map(({ finding }) => `finding:${finding.findingId}`);
  expect(expected.length).toBeGreaterThan(10);
  const bodies = [1, 3, 12].map((shards) => {
    const raised = whole(shards);
    expect(idsOf(raised)).toEqual(expected);
    return JSON.stringify(raised.map(withoutPlaces));
  });
  expect(new Set(bodies).size).toBe(1);
});

test('what it raises are events that the ledger takes, for the project concerned', () => {
  for (const event of whole(3)) {
    const outcome = validateAcceptedEvent(event as unknown as JsonValue);
    expect(outcome.ok ? '' : outcome.problem.message).toBe('');
    expect(event.project).toBe(event.data.project);
  }
});

test('it goes on from a saved state as if it had never stopped, with what was held', () => {
  const expected = whole(3);
  for (const part of [0.5, 0.9, 1]) {
    const cut = receivedOf(STORIES[Math.floor(STORIES.length * part) - 1]);
    const early = STORIES.filter((event) => receivedOf(event) <= cut);
    const first = open();
    const before = follow(first, inShards(early, 3), cut);
    const { nextIndex, state } = first.save();
    expect(nextIndex).toBe(early.length);
    const after = follow(open(state), inShards(STORIES, 3), END + SLACK_MS);
    expect(after.length).toBeGreaterThan(0);
    expect(idsOf([...before, ...after])).toEqual(idsOf(expected));
    expect(JSON.stringify([...before, ...after]) === JSON.stringify(expected)).toBe(true);
  }
});

test('a state that cannot be read is no state', () => {
  const raised = follow(open('{"format":'), inShards(STORIES, 3), END + SLACK_MS);
  expect(idsOf(raised)).toEqual(idsOf(whole(3)));
});

test('what was received longer ago than the ledger remembers an id is not raised again', () => {
  const later = END + 60 * 24 * 3_600_000;
  expect(follow(open(), inShards(STORIES, 3), later)).toEqual([]);
});

test('entries that come by themselves are taken once, in whatever order they come beside the others', () => {
  const shards = inShards(STORIES, 3);
  const fold = open();
  for (const shard of shards.keys()) {
    for (const entry of entriesOf(shards, shard).slice(0, 50)) {
      // A batch is repeated after a crash, and leaves gaps that the ledger fills.
      if (entry.index < 20 || entry.index > 30) fold.offer(entry);
      fold.offer({ ...entry, index: 0 });
    }
  }
  expect(idsOf(follow(fold, shards, END + SLACK_MS))).toEqual(idsOf(whole(3)));
});

/** A lane that notes what it judges instead of judging it. */
function witness(maxHeld?: number) {
  const judged: string[] = [];
  const noting: LaneDetector = {
    ...taintElsewhere,
    metadata: { ...taintElsewhere.metadata, listensTo: ['artifact.pushed'] },
    judge: ({ fact }) => {
      judged.push(fact.ref.id);
      return [];
    },
  };
  const limit = maxHeld === undefined ? {} : { maxHeld };
  return { judged, fold: createLaneFold({ detectors: [noting], policyOf, ...limit }) };
}

const START = Date.parse('2026-03-01T00:00:00.000Z');

function pushAt(seconds: number, project: string): ProvostEvent {
  const receivedtime = new Date(START + seconds * 1000).toISOString();
  return { ...pushed({ id: `${project}-${seconds}`, project }), time: receivedtime, receivedtime };
}

const secondsAfter = (seconds: number) => START + seconds * 1000;

test('where nothing is on its way, an entry waits no longer than an accepted event may need', () => {
  const { fold, judged } = witness();
  const shards = [[pushAt(0, 'a')], []];
  follow(fold, shards, START + SLACK_MS - 1);
  expect(judged).toEqual([]);
  follow(fold, shards, START + SLACK_MS);
  expect(judged).toEqual(['a-0']);
});

test('a shard that still takes in what was accepted is waited for, but not for ever', () => {
  const { fold, judged } = witness();
  const shards = [[pushAt(0, 'a')], []];
  follow(fold, shards, START + HOLD_MS - 1, [1]);
  expect(judged).toEqual([]);
  follow(fold, shards, START + HOLD_MS, [1]);
  expect(judged).toEqual(['a-0']);
});

test('shards that are busy all the time release what all of them have passed', () => {
  const { fold, judged } = witness();
  const passed = SLACK_MS / 1000 + 0.1;
  const one = [pushAt(0, 'a'), pushAt(passed, 'a')];
  follow(fold, [one, [pushAt(0.05, 'b')]], secondsAfter(passed + 0.2), [0, 1]);
  expect(judged).toEqual([]);
  const other = [pushAt(0.05, 'b'), pushAt(passed, 'b')];
  follow(fold, [one, other], secondsAfter(passed + 0.3), [0, 1]);
  expect(judged).toEqual(['a-0', 'b-0.05']);
});

test('what the ledger has and the lane has not read is waited for', () => {
  const { fold, judged } = witness();
  const shards = [[pushAt(1, 'a')], [pushAt(0, 'b')]];
  const at = secondsAfter(60);
  // Its entries come by themselves, so they are not asked for.
  const fedFrom = (shard: number) => (shard === 1 ? 0 : undefined);
  for (const entry of entriesOf(shards, 0)) fold.take(entry);
  const waiting = fold.advance(lookAt(shards, at), fedFrom);
  expect([waiting.read, judged]).toEqual([undefined, []]);
  for (const entry of entriesOf(shards, 1)) fold.offer(entry);
  fold.advance(lookAt(shards, at), fedFrom);
  expect(judged).toEqual(['b-0', 'a-1']);
});

test('entries that passed by before they were taken are asked for', () => {
  const { fold } = witness();
  const shards = [[pushAt(0, 'a'), pushAt(1, 'a')]];
  const { read } = fold.advance(lookAt(shards, START), () => 1);
  expect(read).toEqual({ shard: 0, from: 0, to: 2 });
});

test('it says how much waits in each shard: what is unread and what is held', () => {
  const { fold } = witness();
  const shards = [[pushAt(0, 'a'), pushAt(9, 'a')], [pushAt(8, 'b')], []];
  for (const shard of [0, 1]) for (const entry of entriesOf(shards, shard)) fold.take(entry);
  const more = [...(shards[1] ?? []), pushAt(10, 'b'), pushAt(11, 'b')];
  const { waiting } = fold.advance(lookAt([shards[0] ?? [], more, []], secondsAfter(12)));
  expect([...waiting]).toEqual([
    [0, 1],
    [1, 3],
    [2, 0],
  ]);
});

test.each([1, 3, 12])(
  'whenever they come, entries are judged in the order of their reception, in %i shards',
  (count) => {
    const random = seeded(count);
    const events = inOrder(
      Array.from({ length: 400 }, (_, n) => pushAt(n * 0.1, `project-${n % 13}`)),
    );
    const shards = inShards(events, count);
    // When each entry is in the ledger: shards are late by seconds at times, and catch up.
    const arrivals = shards.map((own) => {
      let last = 0;
      return own.map((event) => {
        last = Math.max(last, receivedOf(event) + random() * (HOLD_MS - 2000));
        return last;
      });
    });
    const { fold, judged } = witness();
    for (let at = START; at <= secondsAfter(60); at += 250) {
      const there = shards.map((own, shard) =>
        own.filter((_, index) => (arrivals[shard]?.[index] ?? 0) <= at),
      );
      const unsettled = [...shards.keys()].filter((shard) =>
        shards[shard]?.some(
          (event, index) => receivedOf(event) <= at && (arrivals[shard]?.[index] ?? 0) > at,
        ),
      );
      follow(fold, there, at, unsettled);
    }
    expect(judged).toEqual(events.map(({ id }) => id));
    expect(fold.advance(lookAt(shards, secondsAfter(60))).late).toBe(0);
  },
);

test('however much comes at once, nothing is judged early: the ledger keeps what is too much to hold', () => {
  const events = inOrder(
    Array.from({ length: 3000 }, (_, n) => pushAt(n * 0.001, `project-${n % 13}`)),
  );
  const shards = inShards(events, 3);
  const limit = 100;
  const { fold, judged } = witness(limit);
  // One shard is far behind the others, which offer all they have.
  for (const shard of [1, 2]) for (const entry of entriesOf(shards, shard)) fold.offer(entry);
  const held = ({ state }: { readonly state: string }) => JSON.parse(state).state.held.length;
  expect(held(fold.save())).toBe(limit);
  // While the slowest is on its way by itself, the others are not read on.
  const look = lookAt(shards, secondsAfter(60));
  expect(fold.advance(look, (shard) => (shard === 0 ? 0 : undefined)).read).toBeUndefined();
  follow(fold, shards, secondsAfter(60));
  expect(judged).toEqual(events.map(({ id }) => id));
});

/** Numbers from 0 to 1 that are the same every time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
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

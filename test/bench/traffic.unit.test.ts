import { beforeAll, expect, test } from 'vitest';
import { generateTraffic } from '../../bench/traffic/traffic.ts';
import type { SourceEvent } from '../../services/core/events/event.ts';
import { validateSourceEvent } from '../../services/core/events/validate-event.ts';
import type { JsonValue } from '../../services/core/json/json-value.ts';

let events: readonly SourceEvent[] = [];

beforeAll(() => {
  events = generateTraffic(1);
});

test('is about 100,000 events of two dozen types, every one as the ledger takes them', () => {
  expect(events.length).toBeGreaterThan(80_000);
  expect(events.length).toBeLessThan(140_000);
  expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThanOrEqual(24);
  for (let index = 0; index < events.length; index += 17) {
    const outcome = validateSourceEvent(events[index] as unknown as JsonValue);
    expect(outcome.ok ? '' : outcome.problem.message).toBe('');
  }
});

test('depends on the seed alone', () => {
  const some = JSON.stringify(generateTraffic(1, 10));
  expect(JSON.stringify(generateTraffic(1, 10))).toBe(some);
  expect(JSON.stringify(generateTraffic(2, 10))).not.toBe(some);
});

test('arrives in the order of time, but for what is delivered again', () => {
  const seen = new Set<string>();
  let last = '';
  for (const { id, time = '' } of events) {
    if (seen.has(id)) continue;
    seen.add(id);
    expect(time >= last).toBe(true);
    last = time;
  }
});

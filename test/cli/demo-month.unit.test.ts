import { describe, expect, it } from 'vitest';
import { demoMonth, MONTH } from '../../services/cli/demo/month.ts';
import { validateSourceEvent } from '../../services/core/events/validate-event.ts';
import type { JsonValue } from '../../services/core/json/json-value.ts';

describe('the demo month', () => {
  const events = demoMonth();

  it('holds about 5,000 valid events in time order within its month', () => {
    expect(events.length).toBeGreaterThan(3500);
    expect(events.length).toBeLessThan(6500);
    const refused = events
      .map((event) => validateSourceEvent(event as unknown as JsonValue))
      .filter((outcome) => !outcome.ok);
    expect(refused).toEqual([]);
    const times = events.map((event) => Date.parse(event.time ?? ''));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(Date.parse(MONTH.from));
    expect(times.at(-1)).toBeLessThan(Date.parse(MONTH.to));
  });

  it('is the same on every call', () => {
    expect(demoMonth()).toEqual(events);
  });

  it('gives every event its own id', () => {
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import { judgeScenario, type Verdict } from '../../bench/detection/judge-scenario.ts';
import { validateSourceEvent } from '../../services/core/events/validate-event.ts';
import type { JsonValue } from '../../services/core/json/json-value.ts';
import { SCENARIOS } from './all-scenarios.ts';
import type { Heard, Told } from './scenario.ts';
import { TELLINGS } from './tale.ts';

const DAY = 86_400_000;

const CASES = SCENARIOS.flatMap((scenario) =>
  TELLINGS.map(
    (telling) => [`${scenario.id} ${scenario.title}, ${telling.name}`, scenario, telling] as const,
  ),
);

describe.each(CASES)('%s', (_name, scenario, telling) => {
  let told: Told;
  let verdict: Verdict;

  beforeAll(async () => {
    told = scenario.tell(telling);
    verdict = await judgeScenario(told);
  });

  test('is told in events that the ledger takes, after a month of ordinary work', () => {
    const events = told.tale.events();
    for (const event of events) {
      const outcome = validateSourceEvent(event as unknown as JsonValue);
      expect(outcome.ok ? '' : outcome.problem.message).toBe('');
    }
    const before = events.slice(0, events.indexOf(told.from));
    const ordinary = Date.parse(told.from.time ?? '') - Date.parse(before[0]?.time ?? '');
    expect(ordinary).toBeGreaterThan(30 * DAY);
    expect(before.length).toBeGreaterThan(80);
  });

  test('every class that it has fires at the first event at which it can be known', () => {
    const wrong = verdict.classes
      .filter(({ first, lateEvents }) => first === undefined || lateEvents > 0)
      .map(({ detector, first, lateEvents }) =>
        first === undefined
          ? `${detector} never fires`
          : `${detector} fires ${lateEvents} events late`,
      );
    expect(wrong).toEqual([]);
  });

  test('wakes somebody once for each wave of the attack, and never for what only looks like one', () => {
    if (told.pages === true) expect(verdict.pages).toBeGreaterThan(0);
    expect(verdict.pages).toBeLessThanOrEqual(told.pages === false ? 0 : (told.waves ?? 1));
    expect(verdict.early.map(toText)).toEqual([]);
  });

  test('leaves what is clean, cure or response alone', () => {
    expect(verdict.forbidden.map(toText)).toEqual([]);
  });
});

test('every incident and look-alike has a file of its own', () => {
  const ids = SCENARIOS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => id.startsWith('S')).length).toBe(17);
  expect(ids.filter((id) => id.startsWith('B')).length).toBe(12);
});

function toText({ disposition, rule, subject, event }: Heard): string {
  return `${disposition} ${rule} ${subject} at ${event.type} ${event.time}`;
}

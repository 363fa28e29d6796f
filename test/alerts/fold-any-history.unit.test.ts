import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialState } from '../../services/alerts/alert.ts';
import { readSnapshot, writeSnapshot } from '../../services/alerts/alerts-snapshot.ts';
import { announcementEvent } from '../../services/alerts/announcement-event.ts';
import { decideTransition } from '../../services/alerts/decide-transition.ts';
import { foldEntry } from '../../services/alerts/evolve-alerts.ts';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import { DISPOSITIONS } from '../../services/core/finding.ts';
import { entriesOf, found, HOUR, later, MINUTE, START, tell } from './alert-story.ts';

describe('any history', () => {
  const projects = ['lab', 'hub'] as const;
  const story = fc.array(
    fc.record({
      gap: fc.integer({ min: 0, max: 90 * MINUTE }),
      project: fc.constantFrom(...projects),
      rule: fc.constantFrom('r1', 'r2'),
      key: fc.constantFrom('k1', 'k2', 'k3'),
      actor: fc.constantFrom('ann', 'bob'),
      disposition: fc.constantFrom(...DISPOSITIONS),
      action: fc.constantFrom('find', 'find', 'find', 'acknowledge', 'resolve', 'suppress'),
      pick: fc.nat(5),
    }),
    { maxLength: 40 },
  );
  type Step = typeof story extends fc.Arbitrary<readonly (infer S)[]> ? S : never;

  function enact(steps: readonly Step[]): readonly ProvostEvent[] {
    const state = initialState();
    const events: ProvostEvent[] = [];
    let ms = 0;
    for (const [i, step] of steps.entries()) {
      ms += step.gap;
      const { rule, key, actor, disposition } = step;
      const own = [...state.alerts.values()].filter((alert) => alert.project === step.project);
      const alertId = own[step.pick % Math.max(own.length, 1)]?.alertId ?? '';
      const outcome =
        step.action === 'find'
          ? undefined
          : decideTransition(state, {
              kind: step.action as 'suppress',
              alertId,
              by: 'ann',
              reason: 'why',
              commandId: `${i}`,
              at: START + ms,
              until: later(ms + HOUR),
            });
      const finding = { rule, actor, disposition, subject: { kind: 'tag', key } } as const;
      const event = outcome?.ok ? outcome.value : found(`${i}`, ms, finding, step.project);
      events.push(event);
      foldEntry(state, { shard: 0, index: i, event } as Parameters<typeof foldEntry>[1]);
    }
    return events;
  }
  const announcements = (events: readonly ProvostEvent[]) =>
    [...tell(events).state.unannounced.values()].map((item) => announcementEvent(item, ['mail']));

  it('gives the same announcements, byte for byte, when it is folded again', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const events = enact(steps);
        expect(JSON.stringify(announcements(events))).toBe(JSON.stringify(announcements(events)));
        expect(tell(events).state).toEqual(tell(events).state);
      }),
    );
  });

  it('announces every alert once, under an id of its own', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const { facts, state } = tell(enact(steps));
        const loud = facts.filter((fact) => fact.kind === 'opened' || fact.kind === 'escalated');
        expect(state.unannounced.size).toBe(loud.length);
      }),
    );
  });

  it('is not changed by the order of unrelated projects', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const events = enact(steps);
        const sorted = projects.flatMap((project) => events.filter((e) => e.project === project));
        const ids = (list: readonly ProvostEvent[]) =>
          announcements(list)
            .map((event) => [
              event.id,
              event.data.incidentId,
              'notify' in event.data ? event.data.notify : [],
            ])
            .sort();
        expect(ids(sorted)).toEqual(ids(events));
      }),
    );
  });

  it('loses no finding: every one is counted in exactly one alert', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const events = enact(steps);
        const findings = events.filter((event) => event.type === 'finding.raised').length;
        const counted = tell(events).alerts.reduce((sum, alert) => sum + alert.count, 0);
        expect(counted).toBe(findings);
      }),
    );
  });

  it('goes on from a snapshot as if it had never stopped', () => {
    fc.assert(
      fc.property(story, fc.nat(40), (steps, cut) => {
        const entries = entriesOf(enact(steps));
        const whole = initialState();
        for (const entry of entries) foldEntry(whole, entry);
        const before = initialState();
        for (const entry of entries.slice(0, cut)) foldEntry(before, entry);
        const restored = readSnapshot(writeSnapshot(before));
        if (restored === undefined) throw new Error('unreadable snapshot');
        for (const entry of entries.slice(cut)) foldEntry(restored, entry);
        expect(restored).toEqual(whole);
      }),
    );
  });

  it('refuses bytes that are no snapshot', () => {
    expect(readSnapshot(Buffer.from('{"alerts":[{}]}'))).toBeUndefined();
    expect(readSnapshot(Buffer.from('no'))).toBeUndefined();
  });
});

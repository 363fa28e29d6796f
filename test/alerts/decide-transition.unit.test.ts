import { describe, expect, it } from 'vitest';
import { initialState } from '../../services/alerts/alert.ts';
import {
  decideTransition,
  type TransitionCommand,
} from '../../services/alerts/decide-transition.ts';
import { DAY, decided, first, found, HOUR, later, START, tell } from './alert-story.ts';

describe('a transition', () => {
  const base = [found('one', 0)];
  const histories = {
    open: base,
    acknowledged: [...base, decided(base, { kind: 'acknowledge', ms: 1 })],
    resolved: [...base, decided(base, { kind: 'resolve', ms: 1 })],
    suppressed: [...base, decided(base, { kind: 'suppress', ms: 1, untilMs: HOUR })],
  };
  const legal: Record<keyof typeof histories, readonly string[]> = {
    open: ['acknowledge', 'resolve', 'suppress'],
    acknowledged: ['resolve', 'suppress'],
    suppressed: ['resolve', 'suppress'],
    resolved: [],
  };
  const cells = (Object.keys(histories) as (keyof typeof histories)[]).flatMap((status) =>
    (['acknowledge', 'resolve', 'suppress'] as const).map((kind) => [status, kind] as const),
  );
  const attempt = (status: keyof typeof histories, kind: TransitionCommand['kind'], ms = 2) =>
    decideTransition(tell(histories[status]).state, {
      kind,
      alertId: first(),
      by: 'ann',
      reason: 'why',
      commandId: 'c2',
      at: START + ms,
      until: later(2 * HOUR),
    });

  it.each(cells)('from %s to %s follows the table', (status, kind) => {
    const outcome = attempt(status, kind);
    expect(outcome.ok).toBe(legal[status].includes(kind));
    if (!outcome.ok) expect(outcome.problem.code).toBe('alert.transition');
    if (outcome.ok) {
      const { facts, alerts } = tell([...histories[status], outcome.value]);
      expect(facts.at(-1)?.kind).toBe('decided');
      expect(alerts[0]?.history.at(-1)).toMatchObject({ by: 'ann', reason: 'why' });
    }
  });

  it('from a suppression that has ended is one from open', () => {
    expect(attempt('suppressed', 'acknowledge', HOUR).ok).toBe(true);
  });

  it('that comes too late through the ledger changes nothing', () => {
    const late = decided(base, { kind: 'acknowledge', ms: 1 });
    expect(tell([...histories.resolved, late]).alerts).toMatchObject([{ status: 'resolved' }]);
  });

  it('in the name of another project changes nothing', () => {
    const foreign = { ...decided(base, { kind: 'resolve', ms: 1 }), project: 'other' };
    expect(tell([...base, foreign]).alerts).toMatchObject([{ status: 'open' }]);
  });

  it('of an unknown alert is not found', () => {
    const outcome = decideTransition(initialState(), {
      kind: 'resolve',
      alertId: 'nope',
      by: 'ann',
      commandId: 'c',
      at: 0,
    });
    expect(outcome).toMatchObject({ ok: false, problem: { code: 'alert.not-found' } });
  });

  it.each([
    ['without a reason', ' ', later(HOUR)],
    ['that is over already', 'why', later(0)],
    ['without a time', 'why', 'soon'],
    ['for ever', 'why', later(400 * DAY)],
  ])('to a suppression %s is refused', (_, reason, until) => {
    const command = { kind: 'suppress', alertId: first(), by: 'ann', commandId: 'c' } as const;
    const outcome = decideTransition(tell(base).state, { ...command, at: START, reason, until });
    expect(outcome).toMatchObject({ ok: false, problem: { code: 'alert.transition' } });
  });
});

import { describe, expect, it } from 'vitest';
import { statusAt } from '../../services/alerts/alert.ts';
import { decided, first, found, HOUR, loner, START, tell } from './alert-story.ts';

describe('a suppression', () => {
  const given = [found('one', 0, { disposition: 'ticket', severity: 'medium' })];
  const suppressed = () => decided(given, { kind: 'suppress', ms: 1, untilMs: HOUR });
  const same = { disposition: 'ticket', severity: 'medium' } as const;

  it('keeps and counts what comes', () => {
    const { alerts, facts } = tell([...given, suppressed(), found('two', 2, same)]);
    expect(facts.at(-1)?.kind).toBe('folded');
    expect(alerts).toMatchObject([{ status: 'suppressed', count: 2, suppression: { held: 1 } }]);
  });

  it('ends at its time by itself', () => {
    const [alert] = tell([...given, suppressed()]).alerts;
    if (alert === undefined) throw new Error('no alert');
    expect(statusAt(alert, START + HOUR - 1)).toBe('suppressed');
    expect(statusAt(alert, START + HOUR)).toBe('open');
  });

  it('lets the next finding after its end open an alert that people hear of', () => {
    const { state, alerts } = tell([...given, suppressed(), found('two', HOUR, same)]);
    expect(alerts).toMatchObject([
      { alertId: first(), status: 'resolved' },
      { status: 'open', previousAlertId: first() },
    ]);
    expect([...state.unannounced.values()].at(-1)).toMatchObject({ kind: 'opened', notify: true });
  });

  it.each([
    [{ disposition: 'page', severity: 'medium' }],
    [{ disposition: 'ticket', severity: 'high' }],
    [{ disposition: 'log', severity: 'critical' }],
  ] as const)('never swallows something worse: %o', (worse) => {
    const { state, alerts } = tell([...given, suppressed(), found('two', 2, worse)]);
    expect(alerts).toMatchObject([{ status: 'open', count: 2 }]);
    expect(alerts[0]?.suppression).toBeUndefined();
    expect([...state.unannounced.values()].at(-1)).toMatchObject({
      kind: 'escalated',
      notify: true,
    });
  });

  it('does not swallow a worse finding because the incident has paged for the rule before', () => {
    const other = {
      subject: { kind: 'tag', key: 'tag:lab/tool:9', repository: 'lab/tool' },
    } as const;
    const { state } = tell([
      ...given,
      found('other', 0, { ...other, disposition: 'page' }),
      suppressed(),
      found('two', 2, { disposition: 'page' }),
    ]);
    expect([...state.unannounced.values()].at(-1)).toMatchObject({
      alertId: first(),
      notify: true,
    });
  });

  it('silences its own alert only', () => {
    const { alerts } = tell([...given, suppressed(), found('two', 2, loner('x'))]);
    expect(alerts.map((alert) => alert.status)).toEqual(['suppressed', 'open']);
  });
});

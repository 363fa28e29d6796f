import { describe, expect, it } from 'vitest';
import { statusAt } from '../../services/alerts/alert.ts';
import { readSnapshot, writeSnapshot } from '../../services/alerts/alerts-snapshot.ts';
import { reopenedEvent } from '../../services/alerts/announcement-event.ts';
import { DAY, decided, first, found, HOUR, later, loner, START, tell } from './alert-story.ts';

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

  const ended = () => {
    const [alert] = tell([...given, suppressed(), found('two', 2, same)]).alerts;
    const until = alert?.suppression?.until;
    if (alert === undefined || until === undefined) throw new Error('nothing ended');
    return reopenedEvent({ alert, until }, ['mail', 'mail']);
  };

  it('is told to be over, for the record and for people, with what came meanwhile', () => {
    const { state, alerts } = tell([...given, suppressed(), found('two', 2, same), ended()]);
    expect(alerts).toMatchObject([
      { status: 'open', history: [{}, {}, { kind: 'reopened', at: START + HOUR }] },
    ]);
    expect(alerts[0]?.history.at(-1)?.reason).toBe(
      'The suppression ended; 1 finding came meanwhile',
    );
    expect(alerts[0]).not.toHaveProperty('suppression');
    expect([...state.outbox.values()]).toMatchObject([
      {
        kind: 'reopened',
        alertId: first(),
        at: later(HOUR),
        channels: ['mail'],
        finding: { index: 2 },
      },
    ]);
    expect(readSnapshot(writeSnapshot(state))).toEqual(state);
  });

  it('leaves an alert that is open again as one that findings fold into', () => {
    const { alerts } = tell([...given, suppressed(), ended(), found('three', 2 * HOUR, same)]);
    expect(alerts).toMatchObject([{ status: 'open', count: 2 }]);
  });

  it.each([
    ['was resolved', () => decided(given, { kind: 'resolve', ms: 2 })],
    ['was silenced for longer', () => decided(given, { kind: 'suppress', ms: 2, untilMs: DAY })],
    ['broke its silence', () => found('two', 2, { disposition: 'page' })],
    ['went on as another', () => found('two', HOUR, same)],
  ])('is no news once the alert %s', (_name, meanwhile) => {
    const before = [...given, suppressed(), meanwhile()];
    const { state, alerts } = tell([...before, ended()]);
    expect(alerts).toEqual(tell(before).alerts);
    expect([...state.outbox.values()]).toEqual([]);
  });

  it('ends for nobody because another project says so', () => {
    const before = [...given, suppressed()];
    const { state, alerts } = tell([...before, { ...ended(), project: 'elsewhere' }]);
    expect(alerts).toEqual(tell(before).alerts);
    expect([...state.outbox.values()]).toEqual([]);
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

import { describe, expect, it } from 'vitest';
import { DAY, decided, first, found, loner, MINUTE, START, tell } from './alert-story.ts';

describe('an alert', () => {
  it('is opened by a finding with a new fingerprint', () => {
    const { facts, alerts, state } = tell([found('one', 0)]);
    expect(facts.map((fact) => fact.kind)).toEqual(['opened']);
    expect(alerts).toMatchObject([
      { alertId: first(), status: 'open', count: 1, rule: 'tag-mutation', openedAt: START },
    ]);
    expect([...state.unannounced.keys()]).toEqual([`alert:${first()}:opened`]);
  });

  it('takes in later findings of the same rule and subject', () => {
    const { facts, alerts } = tell([found('one', 0), found('two', MINUTE), found('three', DAY)]);
    expect(facts.map((fact) => fact.kind)).toEqual(['opened', 'folded', 'folded']);
    expect(alerts).toMatchObject([{ count: 3, lastSeenAt: START + DAY }]);
  });

  it('counts a repeated finding once', () => {
    expect(tell([found('one', 0), found('one', MINUTE)]).alerts).toMatchObject([{ count: 1 }]);
    const resolved = decided([found('one', 0)], { kind: 'resolve', ms: 1 });
    expect(tell([found('one', 0), resolved, found('one', DAY)]).facts).toHaveLength(2);
  });

  it.each([
    ['another rule', { rule: 'other' }],
    ['another subject', { subject: { kind: 'tag', key: 'tag:lab/tool:2.0' } }],
  ] as const)('is another one for %s', (_, finding) => {
    expect(tell([found('one', 0), found('two', 1, finding)]).alerts).toHaveLength(2);
  });

  it('is another one for another project', () => {
    const { alerts } = tell([found('one', 0), found('one', 0, {}, 'other')]);
    expect(new Set(alerts.map((alert) => alert.incidentId)).size).toBe(2);
  });

  it('believes only what Provost itself states', () => {
    expect(tell([{ ...found('one', 0), source: 'urn:somebody' }]).facts).toEqual([]);
  });

  it('measures by the acceptance time, which no sender chooses', () => {
    const event = { ...found('one', 0), time: '1999-01-01T00:00:00Z' };
    expect(tell([event]).alerts).toMatchObject([{ openedAt: START }]);
  });

  it('escalates when the severity rises, without another notification', () => {
    const { state, alerts } = tell([
      found('one', 0),
      found('two', 1, { severity: 'critical' }),
      found('three', 2, { severity: 'low' }),
    ]);
    expect(alerts).toMatchObject([{ severity: 'critical', count: 3 }]);
    expect([...state.unannounced.values()].map(({ kind, notify }) => [kind, notify])).toEqual([
      ['opened', true],
      ['escalated', false],
    ]);
  });

  it('escalates when the disposition rises, and somebody has to look again', () => {
    const given = [found('one', 0, { disposition: 'ticket' })];
    const acknowledged = decided(given, { kind: 'acknowledge', ms: 1 });
    const { state, alerts } = tell([...given, acknowledged, found('two', 2)]);
    expect(alerts).toMatchObject([{ disposition: 'page', status: 'open' }]);
    expect([...state.unannounced.values()].at(-1)).toMatchObject({
      kind: 'escalated',
      notify: true,
    });
  });

  it('keeps the higher of severity and disposition, each for itself', () => {
    const { alerts } = tell([
      found('one', 0, { disposition: 'page', severity: 'low' }),
      found('two', 1, { disposition: 'log', severity: 'critical' }),
    ]);
    expect(alerts).toMatchObject([{ disposition: 'page', severity: 'critical' }]);
  });

  it('stays acknowledged while more of the same comes', () => {
    const acknowledged = decided([found('one', 0)], { kind: 'acknowledge', ms: 1 });
    const { alerts } = tell([found('one', 0), acknowledged, found('two', 2)]);
    expect(alerts).toMatchObject([{ status: 'acknowledged', count: 2 }]);
  });

  it('is news when it comes back after it was resolved, even in an incident that goes on', () => {
    const given = [found('one', 0), found('other', 0, { rule: 'other' })];
    const resolved = decided(given, { kind: 'resolve', ms: 1 });
    const { state, alerts } = tell([...given, resolved, found('two', 2)]);
    expect(new Set(alerts.map((alert) => alert.incidentId)).size).toBe(1);
    expect([...state.unannounced.values()].at(-1)).toMatchObject({ kind: 'opened', notify: true });
  });

  it('opens anew after it was resolved', () => {
    const resolved = decided([found('one', 0)], { kind: 'resolve', ms: 1 });
    const { alerts } = tell([found('one', 0), resolved, found('two', 2)]);
    expect(alerts).toMatchObject([
      { alertId: first(), status: 'resolved', count: 1 },
      { status: 'open', count: 1, previousAlertId: first() },
    ]);
  });
});

describe('memory', () => {
  it('forgets closed and never actionable alerts by age, and never one that asks for work', () => {
    const resolved = decided([found('one', 0)], { kind: 'resolve', ms: 1 });
    const events = [
      found('one', 0),
      resolved,
      found('log', 2, { ...loner('log'), disposition: 'log' }),
      found('work', 3, { ...loner('work'), disposition: 'ticket' }),
      found('late', 40 * DAY, loner('late')),
    ];
    const { state, alerts } = tell(events);
    expect(alerts.map((alert) => alert.rule)).toEqual(['rule-work', 'rule-late']);
    expect(state.current.size).toBe(2);
    expect(state.incidents.size).toBe(2);
    expect(state.incidentKeys.size).toBe(0);
  });

  it('bounds the references and the history of one alert, and not its count', () => {
    const { alerts } = tell(Array.from({ length: 500 }, (_, i) => found(`${i}`, i)));
    expect(alerts[0]).toMatchObject({ count: 500 });
    expect(alerts[0]?.findings).toHaveLength(100);
    expect(alerts[0]?.findings.at(-1)?.position.index).toBe(499);
  });
});

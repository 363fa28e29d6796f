import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialState, statusAt } from '../../services/alerts/alert.ts';
import { alertIdOf, fingerprintOf, incidentIdOf } from '../../services/alerts/alert-ids.ts';
import { readSnapshot, writeSnapshot } from '../../services/alerts/alerts-snapshot.ts';
import { announcementEvent } from '../../services/alerts/announcement-event.ts';
import {
  decideTransition,
  type TransitionCommand,
} from '../../services/alerts/decide-transition.ts';
import { notificationEvent } from '../../services/alerts/delivery/notification-event.ts';
import { foldEntry } from '../../services/alerts/evolve-alerts.ts';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import { DISPOSITIONS, type Disposition } from '../../services/core/finding.ts';
import { sampleFinding } from '../fakes/sample-events.ts';
import { DAY, entriesOf, found, HOUR, later, loner, MINUTE, START, tell } from './alert-story.ts';

const first = () => {
  const fingerprint = fingerprintOf('lab', sampleFinding({ word: 'one' }));
  return alertIdOf(fingerprint, sampleFinding({ word: 'one' }).findingId);
};

function decided(
  given: readonly ProvostEvent[],
  command: { kind: TransitionCommand['kind']; ms: number; untilMs?: number; alertId?: string },
): ProvostEvent {
  const outcome = decideTransition(tell(given).state, {
    kind: command.kind,
    alertId: command.alertId ?? first(),
    by: 'ann',
    reason: 'known',
    commandId: 'c1',
    at: START + command.ms,
    until: later(command.untilMs ?? 0),
  } as TransitionCommand);
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return outcome.value;
}

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

describe('an incident', () => {
  const at = (name: string, finding: object = {}) => ({
    subject: { kind: 'tag' as const, key: `tag:${name}` },
    rule: `rule-${name}`,
    ...finding,
  });
  const incidents = (events: readonly ProvostEvent[]) =>
    tell(events).alerts.map((alert) => alert.incidentId);
  const same = (ids: readonly string[]) => new Set(ids).size === 1;

  it('is named by its first alert', () => {
    expect(incidents([found('one', 0)])).toEqual([incidentIdOf(first())]);
  });

  it.each([
    ['actor', { actor: 'mallory' }, { actor: 'mallory' }],
    [
      'actor, as the subject’s principal',
      { actor: 'mallory' },
      { subject: { kind: 'principal', key: 'principal:mallory', principal: 'mallory' } },
    ],
    [
      'digest',
      { subject: { kind: 'tag', key: 'a', digest: 'sha256:1' } },
      { subject: { kind: 'artifact', key: 'b', digest: 'sha256:1' } },
    ],
    [
      'repository',
      { subject: { kind: 'tag', key: 'a', repository: 'lab/tool' } },
      { subject: { kind: 'tag', key: 'b', repository: 'lab/tool' } },
    ],
  ] as const)('joins alerts of the same %s', (_, a, b) => {
    expect(same(incidents([found('1', 0, at('a', a)), found('2', MINUTE, at('b', b))]))).toBe(true);
  });

  it('does not join what only shares the project, nor what shares all but the project', () => {
    expect(same(incidents([found('1', 0, at('a')), found('2', 1, at('b'))]))).toBe(false);
    const both = { actor: 'mallory' };
    expect(
      same(incidents([found('1', 0, at('a', both)), found('2', 1, at('b', both), 'other')])),
    ).toBe(false);
  });

  it('does not mix the kinds of what is shared', () => {
    const a = at('a', { actor: 'lab/tool' });
    const b = at('b', { subject: { kind: 'tag', key: 'b', repository: 'lab/tool' } });
    expect(same(incidents([found('1', 0, a), found('2', 1, b)]))).toBe(false);
  });

  it('links alerts through what its later alerts share', () => {
    const events = [
      found('1', 0, at('a', { actor: 'mallory' })),
      found('2', 1, at('b', { actor: 'mallory', subject: { kind: 'tag', key: 'b', digest: 'd' } })),
      found('3', 2, at('c', { subject: { kind: 'tag', key: 'c', digest: 'd' } })),
    ];
    expect(same(incidents(events))).toBe(true);
  });

  const burst = (gap: number, count: number) =>
    Array.from({ length: count }, (_, i) =>
      found(`${i}`, i * gap, at(`${i}`, { actor: 'mallory' })),
    );
  it('takes alerts until it has been quiet for an hour', () => {
    expect(same(incidents(burst(HOUR, 2)))).toBe(true);
    expect(same(incidents(burst(HOUR + 1, 2)))).toBe(false);
  });

  it('lives for a day at most', () => {
    const ids = incidents(burst(HOUR, 26));
    expect(new Set(ids.slice(0, 25)).size).toBe(1);
    expect(ids[25]).not.toBe(ids[24]);
  });

  it('is kept warm by findings that fold into its alerts', () => {
    const actor = { actor: 'mallory' };
    const events = [
      found('1', 0, at('a', actor)),
      found('2', HOUR, at('a', actor)),
      found('3', 2 * HOUR, at('b', actor)),
    ];
    expect(same(incidents(events))).toBe(true);
  });

  it.each(['resolve', 'suppress'] as const)(
    'takes nothing more after people %s all of it',
    (kind) => {
      const closed = decided([found('one', 0)], { kind, ms: 1, untilMs: DAY });
      const { alerts, state } = tell([found('one', 0), closed, found('two', 2, { rule: 'other' })]);
      expect(same(alerts.map((alert) => alert.incidentId))).toBe(false);
      expect([...state.unannounced.values()].at(-1)?.notify).toBe(true);
    },
  );

  it('has the highest severity and disposition of its alerts', () => {
    const actor = { actor: 'mallory' };
    const { state } = tell([
      found('1', 0, at('a', { ...actor, severity: 'low', disposition: 'page' })),
      found('2', 1, at('b', { ...actor, severity: 'critical', disposition: 'log' })),
    ]);
    expect([...state.incidents.values()]).toMatchObject([
      { severity: 'critical', disposition: 'page' },
    ]);
  });

  const cases: readonly [string, readonly Disposition[], readonly boolean[]][] = [
    ['opens', ['page'], [true]],
    ['opens, even only for the record', ['log'], [true]],
    ['asks for more', ['log', 'ticket', 'page'], [true, true, true]],
    ['asks for no more', ['ticket', 'ticket', 'log'], [true, false, false]],
    ['pages for another rule', ['page', 'page'], [true, true]],
  ];
  it.each(cases)('is notified when it %s', (_, dispositions, expected) => {
    const { state } = tell(
      dispositions.map((disposition, i) =>
        found(`${i}`, i, at(`${i}`, { actor: 'mallory', disposition })),
      ),
    );
    expect([...state.unannounced.values()].map((item) => item.notify)).toEqual(expected);
  });

  it('pages once for a rule that fires on many subjects', () => {
    const { state } = tell(
      Array.from({ length: 50 }, (_, i) =>
        found(`${i}`, i, { ...at(`${i}`, { actor: 'mallory' }), rule: 'mass-deletion' }),
      ),
    );
    expect([...state.unannounced.values()].filter((item) => item.notify)).toHaveLength(1);
  });
});

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

describe('the outbox', () => {
  it('holds an announcement until each of its channels is on record', () => {
    const given = [found('one', 0)];
    const [announcement] = tell(given).state.unannounced.values();
    if (announcement === undefined) throw new Error('nothing announced');
    const opened = announcementEvent(announcement, ['mail', 'hook']);
    const { state } = tell([...given, opened]);
    expect(state.unannounced.size).toBe(0);
    expect([...state.outbox.values()]).toMatchObject([
      { channels: ['mail', 'hook'], finding: { index: 0 } },
    ]);
  });

  it('lets go of a channel when it is on record, and of the announcement with the last one', () => {
    const given = [found('one', 0)];
    const [announcement] = tell(given).state.unannounced.values();
    if (announcement === undefined) throw new Error('nothing announced');
    const opened = [...given, announcementEvent(announcement, ['mail', 'hook'])];
    const [item] = tell(opened).state.outbox.values();
    if (item === undefined) throw new Error('nothing pending');
    const head = { channelKind: 'email', attempts: 1, failure: undefined };
    const mailed = [...opened, notificationEvent(item, { ...head, channel: 'mail' }, START)];
    expect([...tell(mailed).state.outbox.values()]).toMatchObject([{ channels: ['hook'] }]);
    const failure = { code: 'channel.rejected', reason: 'HTTP 410' };
    const record = { ...head, channel: 'hook', failure };
    const { state, alerts } = tell([...mailed, notificationEvent(item, record, START)]);
    expect(state.outbox.size).toBe(0);
    expect(alerts[0]?.history.slice(-2)).toMatchObject([
      { kind: 'notified', by: 'mail' },
      { kind: 'notification-failed', by: 'hook', reason: 'channel.rejected' },
    ]);
  });

  it('stays empty for what nobody has to be told', () => {
    const given = [found('one', 0)];
    const [announcement] = tell(given).state.unannounced.values();
    if (announcement === undefined) throw new Error('nothing announced');
    const silent = announcementEvent({ ...announcement, notify: false }, ['mail']);
    expect(tell([...given, silent]).state.outbox.size).toBe(0);
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
            .map((event) => [event.id, event.data.incidentId, event.data.notify ?? []])
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

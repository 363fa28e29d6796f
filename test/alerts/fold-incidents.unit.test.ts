import { describe, expect, it } from 'vitest';
import { incidentIdOf } from '../../services/alerts/alert-ids.ts';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import type { Disposition } from '../../services/core/finding.ts';
import { DAY, decided, first, found, HOUR, MINUTE, tell } from './alert-story.ts';

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

  it.each(['package', 'source-ref'] as const)(
    'joins a burst of alerts of kind %s whose producer names nobody, and nothing else',
    (kind) => {
      const nameless = (name: string, other: object = {}) =>
        at(name, { subject: { kind, key: `${kind}:${name}` }, ...other });
      const ids = incidents([
        found('1', 0, nameless('a')),
        found('2', 1, nameless('b')),
        found('3', 2, nameless('c', { actor: 'mallory' })),
      ]);
      expect(ids[0]).toBe(ids[1]);
      expect(ids[2]).not.toBe(ids[0]);
    },
  );

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
  it('takes alerts until it has been quiet for six hours', () => {
    expect(same(incidents(burst(6 * HOUR, 2)))).toBe(true);
    expect(same(incidents(burst(6 * HOUR + 1, 2)))).toBe(false);
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
      found('2', 6 * HOUR, at('a', actor)),
      found('3', 12 * HOUR, at('b', actor)),
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

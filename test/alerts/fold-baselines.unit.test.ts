import { describe, expect, it } from 'vitest';
import { initialState } from '../../services/alerts/alert.ts';
import { readSnapshot, writeSnapshot } from '../../services/alerts/alerts-snapshot.ts';
import { announcementEvent } from '../../services/alerts/announcement-event.ts';
import { foldEntry } from '../../services/alerts/evolve-alerts.ts';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import type { Finding } from '../../services/core/finding.ts';
import { decided, entriesOf, found, governed, later, MINUTE, tell } from './alert-story.ts';

const GOOD = `sha256:${'a'.repeat(64)}`;
const OTHER = `sha256:${'b'.repeat(64)}`;

const moved = (to: string): Partial<Finding> => ({
  subject: { kind: 'tag', key: 'tag:lab/tool:1.0', repository: 'lab/tool', tag: '1.0', digest: to },
  observed: { to },
});

const proposed = (value: object = { digests: [GOOD] }, data: object = {}) =>
  governed('baseline.proposed', 'ann', 10, { value: { ...value }, ...data });
const approved = (by = 'bob', ms = 20, data: object = {}, project = 'lab') =>
  governed('baseline.approved', by, ms, data, project);

const resolutions = (events: readonly ProvostEvent[]) =>
  [...tell(events).state.unannounced.values()].filter(({ kind }) => kind === 'resolved');

describe('an approved baseline', () => {
  it('asks the ledger to close the open alerts that it explains, and names its entry', () => {
    const [asked, ...more] = resolutions([found('one', 0, moved(GOOD)), proposed(), approved()]);
    expect(more).toEqual([]);
    expect(asked?.reason).toContain('baseline b-1 version 1');
    expect(asked?.reason).toContain('proposed by ann and approved by bob (entry 2 of shard 0)');
  });

  it('closes the alert when the ledger has said so, once, for whoever folds', () => {
    const given = [found('one', 0, moved(GOOD)), proposed(), approved()];
    const [asked] = resolutions(given);
    if (asked === undefined) throw new Error('nothing was asked');
    const event = announcementEvent(asked, []);
    expect(event).toMatchObject({
      type: 'alert.resolved',
      source: 'urn:provost',
      receivedtime: later(20),
      data: { by: 'provost', reason: asked.reason },
    });
    expect(announcementEvent(asked, [])).toEqual(event);
    const { state, alerts } = tell([...given, event]);
    expect(alerts[0]).toMatchObject({ status: 'resolved', closedAt: Date.parse(later(20)) });
    expect(alerts[0]?.history.at(-1)).toMatchObject({ kind: 'resolved', by: 'provost' });
    expect([...state.unannounced.values()].map(({ kind }) => kind)).toEqual(['opened']);
  });

  it('asks for nothing more when somebody was faster', () => {
    const given = [found('one', 0, moved(GOOD)), proposed(), approved()];
    const [asked] = resolutions(given);
    if (asked === undefined) throw new Error('nothing was asked');
    const closed = decided(given, { kind: 'resolve', ms: 30, alertId: asked.alertId });
    const { state, alerts } = tell([...given, closed, announcementEvent(asked, [])]);
    expect(alerts[0]?.history.at(-1)?.by).toBe('ann');
    expect([...state.unannounced.values()].map(({ kind }) => kind)).toEqual(['opened']);
  });

  const ticket = { severity: 'medium', disposition: 'ticket' } as const;
  const page = { severity: 'high', disposition: 'page' } as const;

  it('lowers an alert to the worst of the findings that it does not know, and says why', () => {
    const given = [
      found('one', 0, { ...moved(OTHER), ...ticket }),
      found('two', 1, { ...moved(GOOD), ...page }),
    ];
    const before = tell(given).alerts[0];
    expect(before).toMatchObject(page);
    const { state, alerts } = tell([...given, proposed(), approved()]);
    expect(alerts[0]).toMatchObject({ status: 'open', ...ticket });
    expect(alerts[0]?.history.at(-1)).toMatchObject({
      kind: 'lowered',
      by: 'provost',
      position: { shard: 0, index: 3 },
      reason: expect.stringMatching(/^ticket, medium\. Known good: baseline b-1 version 1/),
    });
    expect([...state.incidents.values()]).toMatchObject([{ ...ticket, pagedRules: [] }]);
    expect(readSnapshot(writeSnapshot(state))).toEqual(state);
  });

  it('lets an alert that it lowered page again for what it does not know', () => {
    const given = [
      found('one', 0, { ...moved(OTHER), ...ticket }),
      found('two', 1, { ...moved(GOOD), ...page }),
      proposed(),
      approved(),
      found('three', 30, { ...moved(`sha256:${'c'.repeat(64)}`), ...page }),
    ];
    expect(tell(given).facts.at(-1)).toMatchObject({ kind: 'escalated', notify: true });
  });

  it('leaves an alert as it is whose worst finding it does not know', () => {
    const given = [
      found('one', 0, { ...moved(GOOD), ...ticket }),
      found('two', 1, { ...moved(OTHER), ...page }),
    ];
    const { alerts, facts } = tell([...given, proposed(), approved()]);
    expect(alerts[0]).toMatchObject({ status: 'open', ...page });
    expect(facts.map(({ kind }) => kind)).toEqual(['opened', 'escalated']);
  });

  it('weighs what is left by the worst that was found of it', () => {
    const given = [
      found('one', 0, { ...moved(OTHER), ...ticket }),
      found('two', 1, { ...moved(OTHER), ...page }),
      found('three', 2, { ...moved(GOOD), ...page }),
    ];
    expect(tell([...given, proposed(), approved()]).alerts[0]).toMatchObject(page);
  });

  it('closes together with an older baseline what neither of them knows alone', () => {
    const given = [
      found('one', 0, moved(GOOD)),
      found('two', 1, moved(OTHER)),
      proposed(),
      approved(),
    ];
    const second = { baselineId: 'b-2' };
    expect(resolutions(given)).toEqual([]);
    expect(
      resolutions([
        ...given,
        governed('baseline.proposed', 'ann', 30, { value: { digests: [OTHER] }, ...second }),
        governed('baseline.approved', 'bob', 40, second),
      ]),
    ).toHaveLength(1);
  });

  it('closes what was told because nobody had declared anything', () => {
    const undeclared = {
      rule: 'baseline-violation',
      subject: { kind: 'repository', key: 'undeclared:lab/tool', repository: 'lab/tool' },
      observed: {},
    } as const;
    const value = { publishers: ['maya'] };
    expect(resolutions([found('one', 0, undeclared), proposed(value), approved()])).toHaveLength(1);
  });

  const cases: readonly [string, readonly ProvostEvent[]][] = [
    ['of other content', [found('one', 0, moved(OTHER)), proposed(), approved()]],
    ['of one person alone', [found('one', 0, moved(GOOD)), proposed(), approved('ann')]],
    ['that nobody proposed', [found('one', 0, moved(GOOD)), approved()]],
    [
      'that was withdrawn',
      [
        found('one', 0, moved(GOOD)),
        proposed(),
        governed('baseline.revoked', 'ann', 15),
        approved(),
      ],
    ],
    [
      'of another version than the one that waits',
      [
        found('one', 0, moved(GOOD)),
        proposed(undefined, { version: 2 }),
        approved('bob', 20, { version: 1 }),
      ],
    ],
    [
      'whose proposal is a mere claim',
      [
        found('one', 0, moved(GOOD)),
        { ...proposed(), trust: 'claimed' } as ProvostEvent,
        approved(),
      ],
    ],
    [
      'of another tag',
      [found('one', 0, moved(GOOD)), proposed(undefined, { scope: { tags: ['2.*'] } }), approved()],
    ],
    ['of another project', [found('one', 0, moved(GOOD), 'hub'), proposed(), approved()]],
    [
      'of another repository',
      [
        found('one', 0, {
          ...moved(GOOD),
          subject: { kind: 'tag', key: 'tag:lab/x:1.0', repository: 'lab/x', tag: '1.0' },
        }),
        proposed(),
        approved(),
      ],
    ],
    [
      'that knows one of two findings only',
      [found('one', 0, moved(GOOD)), found('two', 1, moved(OTHER)), proposed(), approved()],
    ],
    [
      'where no baseline explains the rule',
      [found('one', 0, { ...moved(GOOD), rule: 'mass-delete' }), proposed(), approved()],
    ],
  ];
  it.each(cases)('closes nothing: %s', (_name, events) => {
    expect(resolutions(events)).toEqual([]);
  });

  it('gives up on an alert about more different things than it keeps', () => {
    const many = Array.from({ length: 9 }, (_, i) =>
      found(`${i}`, i, moved(`sha256:${String(i).repeat(64)}`)),
    );
    const value = { digests: ['sha256:*'] };
    expect(resolutions([...many.slice(0, 8), proposed(value), approved()])).toHaveLength(1);
    expect(resolutions([...many, proposed(value), approved()])).toEqual([]);
  });

  it('closes the same alerts from a snapshot as from the beginning', () => {
    const events = [found('one', 0, moved(GOOD)), proposed(), approved('bob', MINUTE)];
    const entries = entriesOf(events);
    const before = initialState();
    for (const entry of entries.slice(0, 2)) foldEntry(before, entry);
    const restored = readSnapshot(writeSnapshot(before));
    if (restored === undefined) throw new Error('unreadable snapshot');
    for (const entry of entries.slice(2)) foldEntry(restored, entry);
    expect(restored).toEqual(tell(events).state);
    expect([...restored.unannounced.values()].at(-1)?.kind).toBe('resolved');
  });
});

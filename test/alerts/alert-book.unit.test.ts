import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AlertBook, createAlertBook } from '../../services/alerts/alert-book.ts';
import { notificationEvent } from '../../services/alerts/delivery/notification-event.ts';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import { createMemoryLedger, type MemoryLedger } from '../fakes/memory-ledger.ts';
import { found, HOUR, later, loner, MINUTE, START } from './alert-story.ts';

let ledger: MemoryLedger;
let published: ProvostEvent[];
let now: number;
let book: AlertBook;

beforeEach(() => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const clock = { now: () => now };
  now = START + MINUTE;
  published = [];
  ledger = createMemoryLedger({ origin: 'test.example/ledger', privateKey, clock });
  let ids = 0;
  book = createAlertBook({
    ledger,
    clock,
    newId: () => `id-${ids++}`,
    publish: async (event) => {
      published.push(event);
    },
  });
});

const append = (shard: number, ...events: readonly ProvostEvent[]) =>
  ledger.writer(shard).append(events);

async function list(filter: Partial<Parameters<AlertBook['list']>[0]> = {}) {
  const page = await book.list({ limit: 10, ...filter });
  if (!page.ok) throw new Error(page.problem.message);
  return page.value;
}

async function firstId(): Promise<string> {
  return (await list()).alerts[0]?.alertId ?? '';
}

describe('the alert book', () => {
  it('is empty as long as the ledger is', async () => {
    expect(await list()).toEqual({ alerts: [] });
    expect(await book.find('nope')).toBeUndefined();
    expect(await book.incident('nope')).toBeUndefined();
  });

  it('shows what the ledger holds at the time of asking, over all shards, newest first', async () => {
    await append(0, found('one', 0));
    expect((await list()).alerts.map(({ project }) => project)).toEqual(['lab']);
    await append(3, found('two', 5, {}, 'hub'));
    await append(0, found('three', 9, loner('x')));
    expect((await list()).alerts.map(({ rule, project }) => [rule, project])).toEqual([
      ['rule-x', 'lab'],
      ['tag-mutation', 'hub'],
      ['tag-mutation', 'lab'],
    ]);
  });

  it('gives one alert with its findings and its history', async () => {
    await append(0, found('one', 0), found('two', 5, { severity: 'critical' }));
    const alert = await book.find(await firstId());
    expect(alert).toMatchObject({
      status: 'open',
      severity: 'critical',
      findingCount: 2,
      openedAt: later(0),
      updatedAt: later(5),
      findings: [{ message: 'The tag points to content that no build explains.' }, {}],
      history: [{ type: 'alert.opened', at: later(0) }, { type: 'alert.escalated' }],
    });
  });

  it('filters by project, status, disposition and rule', async () => {
    await append(
      0,
      found('1', 0),
      found('2', 1, { ...loner('x'), disposition: 'log' }),
      found('3', 2, {}, 'hub'),
    );
    const count = async (filter: Parameters<typeof list>[0]) => (await list(filter)).alerts.length;
    expect(await count({ project: 'lab' })).toBe(2);
    expect(await count({ disposition: 'log' })).toBe(1);
    expect(await count({ rule: 'tag-mutation', project: 'lab' })).toBe(1);
    expect(await count({ status: 'resolved' })).toBe(0);
  });

  it('pages through everything once, also while alerts are added', async () => {
    await append(0, ...Array.from({ length: 23 }, (_, i) => found(`${i}`, i % 5, loner(`${i}`))));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ limit: 4, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.alerts.map(({ rule }) => rule));
      cursor = page.next;
      await append(0, found(`new-${seen.length}`, 50, loner(`new-${seen.length}`)));
    } while (cursor !== undefined);
    expect(seen).toHaveLength(23);
    expect(new Set(seen).size).toBe(23);
  });

  it.each(['', 'x', Buffer.from('1:abc').toString('base64url'), '../etc'])(
    'refuses the cursor %j',
    async (cursor) => {
      expect(await book.list({ limit: 1, cursor })).toMatchObject({
        ok: false,
        problem: { code: 'cursor.invalid' },
      });
    },
  );

  it('gives an incident with its alerts', async () => {
    await append(0, found('one', 0), found('two', 1, { rule: 'other' }), found('3', 2, loner('x')));
    const alert = await book.find((await list({ rule: 'other' })).alerts[0]?.alertId ?? '');
    const incident = await book.incident(alert?.incidentId ?? '');
    expect(incident).toMatchObject({ project: 'lab', openedAt: later(0) });
    expect(incident?.alerts.map(({ rule }) => rule)).toEqual(['tag-mutation', 'other']);
  });

  it('publishes a legal decision and shows the alert as it will be', async () => {
    await append(0, found('one', 0));
    const alertId = await firstId();
    const decision = { alertId, by: 'ann', reason: 'rebuilding', until: later(HOUR) };
    const outcome = await book.decide({ kind: 'suppress', ...decision });
    expect(outcome).toMatchObject({
      ok: true,
      value: { status: 'suppressed', suppressedUntil: later(HOUR) },
    });
    expect(published).toMatchObject([
      {
        id: `alert:${alertId}:suppressed:id-0`,
        type: 'alert.suppressed',
        source: 'urn:provost',
        project: 'lab',
        data: { by: 'ann', reason: 'rebuilding' },
      },
    ]);
    expect((await book.find(alertId))?.status).toBe('open');
    await append(0, ...published);
    expect((await book.find(alertId))?.history.at(-1)).toMatchObject({
      type: 'alert.suppressed',
      by: 'ann',
    });
    expect((await list({ status: 'suppressed' })).alerts).toHaveLength(1);
    now = START + HOUR;
    expect((await list({ status: 'suppressed' })).alerts).toHaveLength(0);
    expect((await book.find(alertId))?.status).toBe('open');
  });

  it('publishes nothing for an illegal or unknown one', async () => {
    await append(0, found('one', 0));
    const alertId = await firstId();
    await book.decide({ kind: 'resolve', alertId, by: 'ann' });
    await append(0, ...published.splice(0));
    const again = await book.decide({ kind: 'acknowledge', alertId, by: 'bob' });
    expect(again).toMatchObject({ ok: false, problem: { code: 'alert.transition' } });
    const unknown = await book.decide({ kind: 'resolve', alertId: 'nope', by: 'bob' });
    expect(unknown).toMatchObject({ ok: false, problem: { code: 'alert.not-found' } });
    expect(published).toEqual([]);
  });

  it('counts every entry once when many ask at the same time', async () => {
    await append(0, found('one', 0));
    await Promise.all([list(), list(), list()]);
    const item = {
      eventId: 'e',
      kind: 'opened',
      alertId: await firstId(),
      incidentId: 'i',
    } as const;
    const weight = { severity: 'high', disposition: 'page' } as const;
    const pending = { ...item, ...weight, project: 'lab', at: later(0), channels: ['mail'] };
    const record = { channel: 'mail', channelKind: 'email', attempts: 1, failure: undefined };
    await append(0, found('two', 1), notificationEvent(pending, record, START));
    const pages = await Promise.all([list(), list(), list()]);
    expect(pages.map(({ alerts }) => alerts[0]?.findingCount)).toEqual([2, 2, 2]);
    expect(pages[2]?.alerts[0]?.history.map(({ type }) => type)).toEqual([
      'alert.opened',
      'notification.delivered',
    ]);
  });

  it('answers again after an outage of the ledger', async () => {
    await append(0, found('one', 0));
    ledger.faults.outage(true);
    await expect(list()).rejects.toMatchObject({ code: 'ledger.unavailable' });
    ledger.faults.outage(false);
    expect((await list()).alerts).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import type { AlertView } from '../../services/api/schemas/alert.ts';
import { ProvostError } from '../../services/core/errors.ts';
import { pushed } from '../fakes/sample-events.ts';
import { type ApiHarness, createHarness, publishedEvents } from './api-harness.ts';

const alert: AlertView = {
  alertId: 'a-1',
  incidentId: 'i-1',
  project: 'lab',
  fingerprint: 'f',
  rule: 'tag-mutation',
  severity: 'high',
  disposition: 'page',
  status: 'open',
  title: 'lab/tool:1.0 moved',
  subject: { kind: 'tag', key: 'tag:lab/tool:1.0' },
  openedAt: '2026-03-01T00:00:00Z',
  updatedAt: '2026-03-01T00:00:00Z',
  findingCount: 0,
  findings: [],
  history: [],
};

type Method = 'GET' | 'POST' | 'DELETE';

async function as(roles: readonly ('admin' | 'responder' | 'viewer')[], name: string) {
  const harness = await createHarness();
  harness.alerts.set(alert.alertId, alert);
  const token = await harness.issue(roles, { name });
  return { harness, call: caller(harness, token) };
}

function caller({ app }: ApiHarness, token: string) {
  return (method: Method, url: string, payload?: object, headers: Record<string, string> = {}) =>
    app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(payload !== undefined && { payload }),
    });
}

describe('/api/v1/tokens', () => {
  it('issues a token that works at once, is shown once, and is on record', async () => {
    const { harness, call } = await as(['admin'], 'root');
    const answer = await call('POST', '/api/v1/tokens', {
      name: 'harbour-1',
      roles: ['ingest'],
      source: 'harbour',
      expiresInDays: 30,
    });
    expect(answer.statusCode).toBe(201);
    const { token, ...view } = answer.json();
    expect(token).toMatch(/^pvt_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
    expect(view).toMatchObject({ roles: ['ingest'], source: 'https://registry.test' });
    const lifetime = Date.parse(view.expiresAt) - Date.parse(view.createdAt);
    expect(lifetime).toBe(30 * 86_400_000);
    const status = await caller(harness, token)('POST', '/api/v1/events', []);
    expect(status.statusCode).not.toBe(401);
    expect(publishedEvents(harness.bus)).toMatchObject([
      {
        type: 'credential.issued',
        source: 'urn:provost',
        data: { tokenId: view.id, name: 'harbour-1', roles: ['ingest'], by: 'root' },
      },
    ]);
    const list = await call('GET', '/api/v1/tokens');
    expect(list.body).not.toContain(token.slice(21));
    expect(list.body).not.toContain('hash');
    expect(
      JSON.stringify(harness.bus.records.map(({ record }) => Buffer.from(record.value).toString())),
    ).not.toContain(token.slice(21));
  });

  it('revokes at once, on record, and only once', async () => {
    const { harness, call } = await as(['admin'], 'root');
    const issued = (await call('POST', '/api/v1/tokens', { name: 'v', roles: ['viewer'] })).json();
    const asViewer = caller(harness, issued.token);
    expect((await asViewer('GET', '/api/v1/status')).statusCode).toBe(200);
    const revoked = await call('DELETE', `/api/v1/tokens/${issued.id}`);
    expect([revoked.statusCode, revoked.body]).toEqual([204, '']);
    expect((await asViewer('GET', '/api/v1/status')).statusCode).toBe(401);
    expect(publishedEvents(harness.bus).at(-1)).toMatchObject({
      type: 'credential.revoked',
      data: { tokenId: issued.id, by: 'root' },
    });
    expect((await call('DELETE', `/api/v1/tokens/${issued.id}`)).statusCode).toBe(404);
  });

  it('issues nothing that is not on record', async () => {
    const { harness, call } = await as(['admin'], 'root');
    harness.bus.outage = new ProvostError('bus.unavailable', 'down');
    const answer = await call('POST', '/api/v1/tokens', { name: 'v', roles: ['viewer'] });
    expect(answer.statusCode).toBe(503);
    harness.bus.outage = undefined;
    expect((await call('GET', '/api/v1/tokens')).json().tokens).toHaveLength(1);
  });

  it.each([
    ['a name in use', { name: 'root', roles: ['viewer'] }, 409, 'http.conflict'],
    ['no role', { name: 'v', roles: [] }, 400, 'http.bad-request'],
    ['an unknown role', { name: 'v', roles: ['god'] }, 400, 'http.bad-request'],
    [
      'a source without ingest',
      { name: 'v', roles: ['viewer'], source: 'x' },
      400,
      'http.bad-request',
    ],
    [
      'the source of Provost',
      { name: 'v', roles: ['ingest'], source: 'urn:provost' },
      403,
      'event.source-not-allowed',
    ],
    ['an unknown member', { name: 'v', roles: ['viewer'], admin: true }, 400, 'http.bad-request'],
    [
      'a name that could break a header',
      { name: 'v\r\nx', roles: ['viewer'] },
      400,
      'http.bad-request',
    ],
    [
      'a day that never comes',
      { name: 'v', roles: ['viewer'], expiresInDays: 0 },
      400,
      'http.bad-request',
    ],
  ])('refuses %s', async (_name, body, status, code) => {
    const { harness, call } = await as(['admin'], 'root');
    const answer = await call('POST', '/api/v1/tokens', body);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    expect(harness.bus.records).toEqual([]);
  });
});

describe('/api/v1/alerts', () => {
  it('lists, reads and decides, under the name of the token', async () => {
    const { call } = await as(['responder'], 'rosa');
    expect((await call('GET', '/api/v1/alerts?status=open')).json().alerts).toEqual([alert]);
    expect((await call('GET', '/api/v1/alerts?status=resolved')).json().alerts).toEqual([]);
    expect((await call('GET', '/api/v1/alerts/a-1')).json()).toEqual(alert);
    expect((await call('GET', '/api/v1/incidents/i-1')).json()).toMatchObject({ alerts: [alert] });
    const taken = await call('POST', '/api/v1/alerts/a-1/acknowledge');
    expect(taken.json()).toMatchObject({ status: 'acknowledged', history: [{ by: 'rosa' }] });
    const silenced = await call('POST', '/api/v1/alerts/a-1/suppress', {
      reason: 'planned',
      until: '2026-04-01T00:00:00Z',
    });
    expect(silenced.json().status).toBe('suppressed');
    const closed = await call('POST', '/api/v1/alerts/a-1/resolve', { reason: 'rolled back' });
    expect(closed.json().status).toBe('resolved');
    const again = await call('POST', '/api/v1/alerts/a-1/resolve', {});
    expect([again.statusCode, again.json().code]).toEqual([409, 'alert.transition']);
  });

  it('says that there is no such alert or incident', async () => {
    const { call } = await as(['responder'], 'rosa');
    expect((await call('GET', '/api/v1/alerts/x')).json().code).toBe('alert.not-found');
    expect((await call('POST', '/api/v1/alerts/x/resolve')).json().code).toBe('alert.not-found');
    expect((await call('GET', '/api/v1/incidents/x')).json().code).toBe('http.not-found');
  });

  it('silences nothing without a reason and an end', async () => {
    const { call } = await as(['responder'], 'rosa');
    const answer = await call('POST', '/api/v1/alerts/a-1/suppress');
    expect(answer.statusCode).toBe(400);
    const places = answer.json().problems.map(({ at }: { at: string }) => at);
    expect(places.sort()).toEqual(['/reason', '/until']);
  });

  it('takes JSON and nothing else as a decision', async () => {
    const { harness } = await as(['responder'], 'rosa');
    const token = await harness.issue(['responder']);
    const send = (type: string, payload: string) =>
      harness.app.inject({
        method: 'POST',
        url: '/api/v1/alerts/a-1/resolve',
        headers: { authorization: `Bearer ${token}`, 'content-type': type },
        payload,
      });
    expect((await send('text/plain', '{}')).statusCode).toBe(415);
    expect((await send('application/json', '{"reason":"a","reason":"b"}')).json().code).toBe(
      'json.duplicate-key',
    );
  });
});

describe('/api/v1/audits and /api/v1/exports', () => {
  const period = { project: 'lab', from: '2026-02-01T00:00:00Z', to: '2026-03-01T00:00:00Z' };

  it('runs an audit and serves its report to people and to programs', async () => {
    const { call } = await as(['responder'], 'rosa');
    const run = await call('POST', '/api/v1/audits', period);
    expect([run.statusCode, run.headers['location']]).toEqual([201, '/api/v1/audits/audit-1']);
    expect(run.json()).toMatchObject({ auditId: 'audit-1', deviations: 1, project: 'lab' });
    expect(run.json()).not.toHaveProperty('html');
    const json = await call('GET', '/api/v1/audits/audit-1');
    expect(json.json()).toEqual({ model: true });
    const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    const page = await call('GET', '/api/v1/audits/audit-1', undefined, { accept: browser });
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toContain('sandbox');
    expect((await call('GET', '/api/v1/audits/none')).statusCode).toBe(404);
  });

  it('hands over a pack with its digest', async () => {
    const { call } = await as(['responder'], 'rosa');
    const pack = await call('POST', '/api/v1/exports', period);
    expect(pack.headers).toMatchObject({
      'content-type': 'application/zip',
      'content-length': '4',
      'provost-export-id': 'export-1',
      'repr-digest': `sha-256=:${Buffer.alloc(32).toString('base64')}:`,
    });
    expect(pack.rawPayload.subarray(0, 2).toString()).toBe('PK');
    const empty = await call('POST', '/api/v1/exports', { ...period, project: 'empty' });
    expect([empty.statusCode, empty.json().code]).toEqual([404, 'export.empty']);
  });

  it.each([
    ['that ends before it begins', { from: period.to, to: period.from }],
    ['with a day that does not exist', { from: '2026-02-31T25:00:00Z' }],
  ])('refuses a period %s', async (_name, change) => {
    const { call } = await as(['responder'], 'rosa');
    for (const url of ['/api/v1/audits', '/api/v1/exports']) {
      const answer = await call('POST', url, { ...period, ...change });
      expect([answer.statusCode, answer.json().code]).toEqual([400, 'audit.period']);
    }
  });
});

describe('POST /api/v1/fsck', () => {
  const lines = (body: string) =>
    body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('streams the check a line at a time and ends with a summary', async () => {
    const { harness, call } = await as(['admin'], 'root');
    await harness.ledger.writer(0).append([pushed({ id: 'e-0' })]);
    const answer = await call('POST', '/api/v1/fsck');
    expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    expect(lines(answer.body).at(-1)).toMatchObject({ kind: 'summary', entries: 1, problems: 0 });
    harness.ledger.faults.replaceLeaf(0, 0, Buffer.from('{}'));
    const found = lines((await call('POST', '/api/v1/fsck', { shard: 0 })).body);
    expect(found).toContainEqual(expect.objectContaining({ kind: 'problem', shard: 0, index: 0 }));
  });

  it('says in the last line that the check could not end', async () => {
    const { harness, call } = await as(['admin'], 'root');
    await harness.ledger.writer(0).append([pushed({ id: 'e-0' })]);
    harness.ledger.faults.outage(true);
    const answer = await call('POST', '/api/v1/fsck');
    expect(lines(answer.body).at(-1)).toEqual({ kind: 'failed', code: 'ledger.unavailable' });
  });
});

describe('health', () => {
  it('is alive always and ready when everything is', async () => {
    const { app, bus } = await createHarness();
    expect((await app.inject({ url: '/livez' })).json()).toEqual({ status: 'alive' });
    expect((await app.inject({ url: '/readyz' })).statusCode).toBe(200);
    bus.outage = new ProvostError('bus.unavailable', 'down');
    const answer = await app.inject({ url: '/readyz' });
    expect([answer.statusCode, answer.json()]).toEqual([
      503,
      { status: 'not-ready', checks: [{ name: 'bus', ok: false }] },
    ]);
    expect((await app.inject({ url: '/livez' })).statusCode).toBe(200);
  });

  it('opens nothing but health and metrics in a process that only consumes', async () => {
    const { app, issue } = await createHarness({ healthOnly: true });
    const authorization = `Bearer ${await issue(['admin'])}`;
    for (const url of ['/livez', '/readyz', '/metrics']) {
      expect((await app.inject({ url, headers: { authorization } })).statusCode).toBe(200);
    }
    for (const url of ['/', '/openapi.json', '/api/v1/entries', '/api/v1/tokens']) {
      expect((await app.inject({ url, headers: { authorization } })).statusCode).toBe(404);
    }
  });

  it('opens /metrics when the configuration says so', async () => {
    const { app } = await createHarness({ publicMetrics: true });
    expect((await app.inject({ url: '/metrics' })).statusCode).toBe(200);
  });
});

describe('an answer', () => {
  it('carries the security headers, whatever it says', async () => {
    const { app } = await createHarness();
    for (const url of ['/livez', '/nowhere', '/api/v1/entries', '/%ff', `/${'x'.repeat(5000)}`]) {
      const { headers } = await app.inject({ url });
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['cache-control']).toBe('no-store');
    }
  });

  it('to what is not there is a problem', async () => {
    const { app } = await createHarness();
    for (const url of [
      '/nowhere',
      '/%ff',
      '/api/v1/schemas/nonsense',
      '/api/v1/schemas/toString',
    ]) {
      const answer = await app.inject({ url });
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      expect(answer.statusCode).toBeLessThan(500);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(answer.json()).toMatchObject({ type: `urn:provost:error:${answer.json().code}` });
    }
  });
});

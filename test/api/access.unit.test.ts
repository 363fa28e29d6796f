import { describe, expect, it } from 'vitest';
import { TOKEN_ROLES } from '../../services/api/auth/roles.ts';
import { type ApiHarness, createHarness } from './api-harness.ts';
import { parseOpenApi } from './openapi-support.ts';
import { createUnguarded } from './unguarded-app.ts';

/** Who may do what, said a second time by hand: a route that is not here fails the test. */
const PUBLIC = [
  'GET /',
  'GET /openapi.json',
  'GET /livez',
  'GET /readyz',
  'GET /api/v1/schemas',
  'GET /api/v1/schemas/{type}',
];
const ALLOWED: Readonly<Record<string, readonly (typeof TOKEN_ROLES)[number][]>> = {
  'POST /api/v1/events': ['ingest', 'responder', 'admin'],
  'POST /api/v1/hooks/distribution/{source}': ['ingest', 'admin'],
  'GET /api/v1/entries': ['viewer', 'responder', 'admin'],
  'GET /api/v1/findings': ['viewer', 'responder', 'admin'],
  'GET /api/v1/entries/{shard}/{index}': ['viewer', 'responder', 'admin'],
  'GET /api/v1/entries/{shard}/{index}/proof': ['viewer', 'responder', 'admin'],
  'GET /api/v1/checkpoints/{shard}': ['viewer', 'responder', 'admin'],
  'GET /api/v1/checkpoints/{shard}/consistency': ['viewer', 'responder', 'admin'],
  'GET /api/v1/repositories/{name}/tags/{tag}/history': ['viewer', 'responder', 'admin'],
  'GET /api/v1/alerts': ['viewer', 'responder', 'admin'],
  'GET /api/v1/alerts/{id}': ['viewer', 'responder', 'admin'],
  'GET /api/v1/incidents/{id}': ['viewer', 'responder', 'admin'],
  'POST /api/v1/alerts/{id}/acknowledge': ['responder', 'admin'],
  'POST /api/v1/alerts/{id}/resolve': ['responder', 'admin'],
  'POST /api/v1/alerts/{id}/suppress': ['responder', 'admin'],
  'GET /api/v1/baselines': ['viewer', 'responder', 'admin'],
  'GET /api/v1/baselines/effective': ['viewer', 'responder', 'admin'],
  'GET /api/v1/baselines/explanation': ['viewer', 'responder', 'admin'],
  'GET /api/v1/baselines/diff': ['viewer', 'responder', 'admin'],
  'GET /api/v1/baselines/{id}': ['viewer', 'responder', 'admin'],
  'POST /api/v1/baselines': ['responder', 'admin'],
  'POST /api/v1/baselines/{id}/approve': ['responder', 'admin'],
  'POST /api/v1/baselines/{id}/revoke': ['responder', 'admin'],
  'POST /api/v1/audits': ['responder', 'admin'],
  'GET /api/v1/audits/{id}': ['viewer', 'responder', 'admin'],
  'POST /api/v1/exports': ['responder', 'admin'],
  'POST /api/v1/fsck': ['admin'],
  'GET /api/v1/tokens': ['admin'],
  'POST /api/v1/tokens': ['admin'],
  'DELETE /api/v1/tokens/{id}': ['admin'],
  'GET /api/v1/status': ['viewer', 'responder', 'admin'],
  'GET /metrics': ['viewer', 'responder', 'admin'],
};

describe('every route of the OpenAPI document', () => {
  it('is in the table of rights, and the table names no other', async () => {
    const { app } = await createHarness();
    const documented = parseOpenApi(app).map(({ route }) => route);
    expect(documented.sort()).toEqual([...PUBLIC, ...Object.keys(ALLOWED)].sort());
  });

  it('opens to exactly the roles of the table, and to nobody without a token', async () => {
    const harness = await createHarness();
    const tokens = new Map<string, string>();
    for (const role of TOKEN_ROLES) tokens.set(role, await harness.issue([role]));
    const wrong: string[] = [];
    for (const { route, method, path } of parseOpenApi(harness.app)) {
      const allowed = ALLOWED[route];
      const anonymous = await call(harness, method, path);
      if (allowed === undefined ? refused(anonymous) : anonymous !== 401) {
        wrong.push(`${route} without a token: ${anonymous}`);
      }
      for (const role of TOKEN_ROLES) {
        const status = await call(harness, method, path, tokens.get(role));
        const may = allowed === undefined || allowed.includes(role);
        if (may ? refused(status) : status !== 403) wrong.push(`${route} as ${role}: ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('guards the route for names with plain slashes, which the document cannot show', async () => {
    const harness = await createHarness();
    const path = '/api/v1/repositories/lab/tool/tags/1.0/history';
    expect(await call(harness, 'GET', path)).toBe(401);
    expect(await call(harness, 'GET', path, await harness.issue(['ingest']))).toBe(403);
    expect(await call(harness, 'GET', path, await harness.issue(['viewer']))).toBe(200);
  });

  it('guards HEAD as it guards GET', async () => {
    const harness = await createHarness();
    expect(await call(harness, 'HEAD', '/api/v1/entries')).toBe(401);
    expect(await call(harness, 'HEAD', '/api/v1/tokens', await harness.issue(['viewer']))).toBe(
      403,
    );
  });

  it('reads no body before it knows the caller', async () => {
    const { app } = await createHarness();
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/events',
      headers: { 'content-type': 'text/nonsense' },
      payload: 'x'.repeat(2_000_000),
    });
    expect(answer.statusCode).toBe(401);
  });
});

describe('the app', () => {
  it('refuses to be built with a route that does not say who may call it', () => {
    expect(() => createUnguarded({})).toThrow('GET /open does not say who may call it');
    expect(() => createUnguarded({ access: 'public' })).not.toThrow();
  });
});

describe('a token', () => {
  const status = '/api/v1/status';

  it.each([
    ['no header', undefined, 'auth.missing', 'Bearer realm="provost"'],
    ['another scheme', 'Basic YTpi', 'auth.invalid', 'invalid_token'],
    ['no token', 'Bearer ', 'auth.invalid', 'invalid_token'],
    ['a malformed token', 'Bearer pvt_1_2', 'auth.invalid', 'invalid_token'],
    [
      'an unknown token',
      `Bearer pvt_${'0'.repeat(16)}_${'A'.repeat(43)}`,
      'auth.invalid',
      'invalid_token',
    ],
  ])('is asked for when there is %s', async (_name, authorization, code, challenge) => {
    const { app } = await createHarness();
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await app.inject({ url: status, headers });
    expect([answer.statusCode, answer.json().code]).toEqual([401, code]);
    expect(answer.headers['www-authenticate']).toContain(challenge);
  });

  it('with the right id and another secret is nobody', async () => {
    const harness = await createHarness();
    const token = await harness.issue(['admin']);
    const forged = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    expect(await call(harness, 'GET', status, forged)).toBe(401);
    expect(await call(harness, 'GET', status, token)).toBe(200);
  });

  it('ends when it expires, to the millisecond', async () => {
    const harness = await createHarness();
    const until = harness.clock.now() + 8_000;
    const expiresAt = new Date(until).toISOString();
    const token = await harness.issue(['viewer'], { expiresAt });
    harness.clock.advance(until - 1 - harness.clock.now());
    expect(await call(harness, 'GET', status, token)).toBe(200);
    harness.clock.advance(1);
    const answer = await harness.app.inject({ url: status, headers: bearer(token) });
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'auth.expired']);
  });

  it('with an expiry that nobody can read has expired', async () => {
    const harness = await createHarness();
    const token = await harness.issue(['viewer'], { expiresAt: 'soon' });
    expect(await call(harness, 'GET', status, token)).toBe(401);
  });

  it('that another process revoked is nobody within five seconds', async () => {
    const harness = await createHarness();
    const token = await harness.issue(['viewer']);
    expect(await call(harness, 'GET', status, token)).toBe(200);
    await harness.tokens.revoke(token.slice(4, 20), '2026-03-01T12:00:00Z');
    harness.clock.advance(5_000);
    expect(await call(harness, 'GET', status, token)).toBe(401);
  });

  it('stays good while the store is away, and an unknown one stays unknown', async () => {
    const harness = await createHarness();
    const token = await harness.issue(['viewer']);
    expect(await call(harness, 'GET', status, token)).toBe(200);
    harness.tokens.outage = true;
    harness.clock.advance(60_000);
    expect(await call(harness, 'GET', status, token)).toBe(200);
    expect(await call(harness, 'GET', status, `pvt_${'0'.repeat(16)}_${'A'.repeat(43)}`)).toBe(401);
  });

  it('cannot be judged before the store was ever read: 503, and the outage stays inside', async () => {
    const harness = await createHarness();
    harness.tokens.outage = true;
    const answer = await harness.app.inject({
      url: status,
      headers: bearer(`pvt_${'0'.repeat(16)}_${'A'.repeat(43)}`),
    });
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'ledger.unavailable']);
    expect(answer.body).not.toContain('db.internal');
  });

  it('that is guessed costs no query for each guess', async () => {
    const harness = await createHarness();
    await call(harness, 'GET', status, await harness.issue(['viewer']));
    const reads = harness.tokens.reads;
    for (let i = 0; i < 50; i++) {
      const guess = `pvt_${i.toString(16).padStart(16, '0')}_${'A'.repeat(43)}`;
      expect(await call(harness, 'GET', status, guess)).toBe(401);
    }
    expect(harness.tokens.reads).toBe(reads);
  });
});

function refused(status: number): boolean {
  return status === 401 || status === 403;
}

function bearer(token: string) {
  return { authorization: `Bearer ${token}` };
}

async function call({ app }: ApiHarness, method: string, path: string, token?: string) {
  const url = path
    .replace('{shard}', '0')
    .replace('{index}', '0')
    .replace('{name}', 'lab%2Ftool')
    .replace('{tag}', '1.0')
    .replace('{type}', 'artifact.pushed')
    .replace('{source}', 'harbour')
    .replace('{id}', '0'.repeat(16));
  const response = await app.inject({
    method:
      method === 'POST'
        ? 'POST'
        : method === 'DELETE'
          ? 'DELETE'
          : method === 'HEAD'
            ? 'HEAD'
            : 'GET',
    url,
    headers: token === undefined ? {} : bearer(token),
  });
  return response.statusCode;
}

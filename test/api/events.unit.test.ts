import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Compile } from 'typebox/schema';
import { describe, expect, it } from 'vitest';
import { MAX_EVENT_BYTES } from '../../services/api/ingest/publish-events.ts';
import { ProvostError } from '../../services/core/errors.ts';
import { digestOf } from '../fakes/sample-events.ts';
import { type ApiHarness, createHarness, publishedEvents, REGISTRY, START } from './api-harness.ts';

const VECTORS = process.env['PROVOST_VECTORS'] ?? '../shared/vectors';
const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

const push = {
  specversion: '1.0',
  id: 'p-1',
  source: 'https://registry.test',
  type: 'artifact.pushed',
  time: '2026-03-01T09:30:00Z',
  data: { repository: 'lab/tool', digest: `sha256:${'a1'.repeat(32)}`, tags: ['1.0'] },
};

function send(
  { app }: ApiHarness,
  token: string,
  body: unknown,
  headers: Record<string, string | string[]> = {},
) {
  return app.inject({
    method: 'POST',
    url: '/api/v1/events',
    headers: { authorization: `Bearer ${token}`, 'content-type': STRUCTURED, ...headers },
    payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
}

describe('POST /api/v1/events', () => {
  it('accepts a structured event with received time, project and trust', async () => {
    const harness = await createHarness();
    const answer = await send(harness, await harness.issue(['ingest']), push);
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toEqual({
      accepted: 1,
      events: [{ source: 'https://registry.test', id: 'p-1', project: 'lab' }],
    });
    expect(publishedEvents(harness.bus)).toEqual([
      {
        ...push,
        receivedtime: expect.any(String),
        project: 'lab',
        trust: 'claimed',
        payloaddigest: digestOf(JSON.stringify(push)),
      },
    ]);
    expect(harness.bus.records[0]?.record.key).toBe('lab');
  });

  it('keeps the digest of the body as it came, of a batch with each of its events', async () => {
    const harness = await createHarness();
    const token = await harness.issue(['ingest']);
    const spaced = JSON.stringify(push, undefined, 3);
    await send(harness, token, spaced);
    await send(harness, token, gzipSync(spaced), { 'content-encoding': 'gzip' });
    const batch = JSON.stringify([push, { ...push, id: 'p-2' }]);
    await send(harness, token, batch, { 'content-type': BATCH });
    const attributes = { specversion: '1.0', id: 'p-3', source: push.source, type: push.type };
    const headers = Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]);
    const data = JSON.stringify(push.data);
    await send(harness, token, data, {
      ...Object.fromEntries(headers),
      'content-type': 'application/json',
    });
    expect(publishedEvents(harness.bus).map((event) => event.payloaddigest)).toEqual(
      [spaced, spaced, batch, batch, data].map(digestOf),
    );
  });

  it('gives an event without a time the time of its reception', async () => {
    const harness = await createHarness();
    const { time: _time, ...timeless } = push;
    await send(harness, await harness.issue(['ingest']), timeless);
    const [event] = publishedEvents(harness.bus);
    expect(event?.time).toBe(event?.receivedtime);
    expect(Date.parse(event?.receivedtime ?? '')).toBeGreaterThanOrEqual(START);
  });

  it('accepts a batch in order, an empty one too', async () => {
    const harness = await createHarness();
    const token = await harness.issue(['ingest']);
    const batch = ['a', 'b', 'c'].map((id) => ({ ...push, id }));
    const answer = await send(harness, token, batch, { 'content-type': BATCH });
    expect([answer.statusCode, answer.json().accepted]).toEqual([202, 3]);
    expect(publishedEvents(harness.bus).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    const empty = await send(harness, token, [], { 'content-type': BATCH });
    expect([empty.statusCode, empty.json().accepted]).toEqual([202, 0]);
  });

  it('accepts nothing of a batch when one event is bad, and points at each bad one', async () => {
    const harness = await createHarness();
    const batch = [push, { ...push, id: '' }, push, { ...push, data: { repository: 'lab/tool' } }];
    const token = await harness.issue(['ingest']);
    const answer = await send(harness, token, batch, { 'content-type': BATCH });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({
      type: 'urn:provost:error:event.envelope',
      status: 400,
      code: 'event.envelope',
      at: '/1/id',
      problems: [{ at: '/1/id' }, { code: 'event.data', at: '/3/data' }],
    });
    expect(harness.bus.records).toEqual([]);
  });

  it('refuses a batch that is no array', async () => {
    const harness = await createHarness();
    const token = await harness.issue(['ingest']);
    const answer = await send(harness, token, push, { 'content-type': BATCH });
    expect(answer.statusCode).toBe(400);
  });

  it('accepts binary mode, with percent-encoded and quoted attributes', async () => {
    const harness = await createHarness();
    const answer = await send(harness, await harness.issue(['ingest']), push.data, {
      'content-type': 'application/json; charset=UTF-8',
      'ce-specversion': '1.0',
      'ce-id': 'b%C3%A4r%20%25',
      'ce-source': '"https://registry.test"',
      'ce-type': 'artifact.pushed',
      'ce-sequence': '7',
    });
    expect(answer.statusCode).toBe(202);
    expect(publishedEvents(harness.bus)[0]).toMatchObject({
      id: 'bär %',
      source: 'https://registry.test',
      datacontenttype: 'application/json',
      sequence: '7',
      data: push.data,
    });
  });

  it.each([
    ['without ce- headers', {}],
    ['with bytes that are no UTF-8', { 'ce-id': '%ff' }],
    ['with data in a header', { 'ce-data': '{}' }],
    ['with a content type in a header', { 'ce-datacontenttype': 'text/plain' }],
    ['with a header that only Provost sets', { 'ce-trust': 'signed' }],
    ['with a digest that only Provost sets', { 'ce-payloaddigest': 'sha256:0' }],
    ['with a repeated attribute', { 'ce-id': ['1', '2'] }],
  ])('refuses binary mode %s', async (name, extra: Record<string, string | string[]>) => {
    const harness = await createHarness();
    const head = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': 's', 'ce-type': push.type };
    const headers = name === 'without ce- headers' ? {} : { ...head, ...extra };
    const answer = await send(harness, await harness.issue(['ingest']), push.data, {
      'content-type': 'application/json',
      ...headers,
    });
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'event.envelope']);
    expect(harness.bus.records).toEqual([]);
  });

  it.each([
    'text/plain',
    'application/cloudevents',
    'application/cloudevents+xml',
    'application/cloudevents+json; charset=latin1',
    'application/cloudevents+json, application/json',
    'application/vnd.docker.distribution.events.v2+json',
  ])('refuses the content type %s', async (type) => {
    const harness = await createHarness();
    const token = await harness.issue(['ingest']);
    const answer = await send(harness, token, push, { 'content-type': type });
    expect([answer.statusCode, answer.json().code]).toEqual([415, 'http.content-type']);
  });

  it.each([
    ['an unknown type', { type: 'artifact.teleported' }, 400, 'event.unknown-type'],
    ['a fact of Provost itself', { type: 'finding.raised' }, 403, 'event.type-reserved'],
    ['the name of Provost', { source: 'urn:provost' }, 403, 'event.source-not-allowed'],
    ['a name below that of Provost', { source: 'URN:provost:x' }, 403, 'event.source-not-allowed'],
    ['an attribute of the acceptance', { project: 'other' }, 400, 'event.envelope'],
    ['a binary payload', { data_base64: 'AA==' }, 400, 'event.envelope'],
  ])('refuses %s', async (_name, change, status, code) => {
    const harness = await createHarness();
    const token = await harness.issue(['admin']);
    const data = 'type' in change && change.type === 'finding.raised' ? findingData() : push.data;
    const answer = await send(harness, token, { ...push, data, ...change });
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    expect(harness.bus.records).toEqual([]);
  });

  it('lets a bound token speak for its source and what lies below it, and for no other', async () => {
    const harness = await createHarness();
    const bound = await harness.issue(['ingest'], { source: 'https://registry.test' });
    const statuses = [];
    for (const source of [
      'https://registry.test',
      'https://registry.test/node-2',
      'https://registry.test.evil',
      'https://registry',
      'https://other.test',
    ]) {
      statuses.push((await send(harness, bound, { ...push, source })).statusCode);
    }
    expect(statuses).toEqual([202, 202, 403, 403, 403]);
    const admin = await harness.issue(['admin'], { source: 'https://registry.test' });
    expect((await send(harness, admin, { ...push, source: 'https://other.test' })).statusCode).toBe(
      202,
    );
  });

  it('believes a registered source only through a token that is bound to it', async () => {
    const harness = await createHarness({
      sources: [
        REGISTRY,
        { name: 'hub', uri: 'https://hub.test', trust: 'claimed' },
        { name: 'forge', uri: 'https://forge.test', trust: 'signed' },
      ],
    });
    const trusts = [];
    for (const [source, bound] of [
      ['https://registry.test', 'https://registry.test'],
      ['https://registry.test/a', 'https://registry.test'],
      ['https://registry.test', ''],
      ['https://hub.test', 'https://hub.test'],
      ['https://forge.test', 'https://forge.test'],
      ['https://unknown.test', 'https://unknown.test'],
    ] as const) {
      await send(harness, await harness.issue(['ingest'], { source: bound }), { ...push, source });
      trusts.push(publishedEvents(harness.bus).at(-1)?.trust);
    }
    expect(trusts).toEqual([
      'authenticated',
      'authenticated',
      'claimed',
      'claimed',
      'authenticated',
      'claimed',
    ]);
  });

  it('takes governance facts from responders alone, under their own name', async () => {
    const harness = await createHarness();
    const taint = {
      ...push,
      type: 'digest.tainted',
      data: { digest: push.data.digest, reason: 'CVE' },
    };
    const ingest = await harness.issue(['ingest']);
    expect((await send(harness, ingest, taint)).json().code).toBe('event.type-reserved');
    const responder = await harness.issue(['responder'], { name: 'rosa' });
    expect((await send(harness, responder, push)).json().code).toBe('event.type-reserved');
    expect((await send(harness, responder, taint)).statusCode).toBe(202);
    expect(publishedEvents(harness.bus).at(-1)).toMatchObject({
      trust: 'authenticated',
      data: { actor: { name: 'rosa', kind: 'user' } },
    });
    const forged = { ...taint, data: { ...taint.data, actor: { name: 'boss' } } };
    expect((await send(harness, responder, forged)).json()).toMatchObject({
      code: 'event.source-not-allowed',
      at: '/data/actor/name',
    });
    const admin = await harness.issue(['admin']);
    expect((await send(harness, admin, forged)).statusCode).toBe(202);
    expect(publishedEvents(harness.bus).at(-1)?.data).toMatchObject({ actor: { name: 'boss' } });
  });

  it('acknowledges nothing that the bus has not taken', async () => {
    const harness = await createHarness();
    const token = await harness.issue(['ingest']);
    for (const code of ['bus.disk-full', 'bus.unavailable'] as const) {
      harness.bus.outage = new ProvostError(code, 'broker kafka-1.internal:9092 said no');
      const answer = await send(harness, token, push);
      expect([answer.statusCode, answer.json().code]).toEqual([503, code]);
      expect(answer.headers['retry-after']).toMatch(/^\d+$/);
      expect(answer.body).not.toContain('kafka-1');
    }
    harness.bus.outage = undefined;
    expect((await send(harness, token, push)).statusCode).toBe(202);
  });

  it('refuses an event that no record can hold, and the whole batch around it', async () => {
    const harness = await createHarness();
    const token = await harness.issue(['ingest']);
    // Fits the body, and no record once the acceptance is added.
    const labels = Object.fromEntries(
      Array.from({ length: 256 }, (_, index) => [`l${index}`, 'x'.repeat(4082)]),
    );
    const filled = { ...push, data: { ...push.data, labels } };
    expect(Buffer.byteLength(JSON.stringify(filled))).toBeLessThanOrEqual(1024 * 1024);
    expect(Buffer.byteLength(JSON.stringify(filled))).toBeGreaterThan(MAX_EVENT_BYTES);
    const answer = await send(harness, token, filled);
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'event.too-large']);
    expect(harness.bus.records).toEqual([]);
  });

  it('logs neither a payload nor a token, whatever fails', async () => {
    const harness = await createHarness();
    const token = await harness.issue(['ingest']);
    harness.bus.outage = new ProvostError('bus.unavailable', 'down');
    await send(harness, token, { ...push, subject: 'SECRET-IN-PAYLOAD' });
    await send(harness, token, '{"SECRET-IN-PAYLOAD');
    expect(harness.logged).not.toEqual([]);
    const written = JSON.stringify(harness.logged);
    expect(written).not.toContain('SECRET-IN-PAYLOAD');
    expect(written).not.toContain(token.slice(21));
  });

  it('counts what it accepts and refuses, by code', async () => {
    const harness = await createHarness();
    const token = await harness.issue(['ingest', 'viewer']);
    await send(harness, token, push);
    await send(harness, token, 'x');
    await send(harness, 'nonsense', push);
    const headers = { authorization: `Bearer ${token}` };
    const { body } = await harness.app.inject({ url: '/metrics', headers });
    expect(body).toMatch(/^provost_events_accepted_total 1$/m);
    expect(body).toMatch(/^provost_events_rejected_total\{code="json.syntax"\} 1$/m);
    expect(body).toMatch(/^provost_auth_failures_total\{code="auth.invalid"\} 1$/m);
    expect(body).toMatch(/^provost_ack_seconds_count 1$/m);
  });
});

describe('JSONTestSuite over HTTP', () => {
  const directory = join(VECTORS, 'json-test-suite');
  const files = existsSync(directory)
    ? readdirSync(directory).filter((name) => name.endsWith('.json'))
    : [];

  it('answers every n_ with 400 and nothing with a 5xx, in every content mode', async (context) => {
    if (files.length === 0) context.skip(`no vectors in ${directory}`);
    const harness = await createHarness();
    const token = await harness.issue(['ingest']);
    const binary = {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': '1',
      'ce-source': 's',
      'ce-type': 'artifact.pushed',
    };
    const wrong: string[] = [];
    for (const name of files) {
      const bytes = readFileSync(join(directory, name));
      for (const headers of [{}, { 'content-type': BATCH }, binary]) {
        const { statusCode } = await send(harness, token, bytes, headers);
        if (statusCode >= 500) wrong.push(`${name}: ${statusCode}`);
        if (name.startsWith('n_') && statusCode !== 400) wrong.push(`${name}: ${statusCode}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(harness.bus.records).toEqual([]);
  });

  it('reads every y_ as JSON, but for repeated names', async (context) => {
    if (files.length === 0) context.skip(`no vectors in ${directory}`);
    const harness = await createHarness();
    const token = await harness.issue(['ingest']);
    const codes = new Set<string>();
    for (const name of files.filter((file) => file.startsWith('y_'))) {
      const { body } = await send(harness, token, readFileSync(join(directory, name)));
      const { code } = JSON.parse(body || '{}');
      if (!/duplicated_key/.test(name)) codes.add(code);
    }
    expect([...codes].filter((code) => code === 'json.syntax')).toEqual([]);
    expect(codes.has('event.envelope')).toBe(true);
  });
});

describe('the CloudEvents schema', () => {
  it('fits every event that was accepted', async (context) => {
    const file = join(VECTORS, 'cloudevents/cloudevents.json');
    if (!existsSync(file)) context.skip(`no vectors at ${file}`);
    const validator = Compile(JSON.parse(readFileSync(file, 'utf8')));
    const harness = await createHarness();
    await send(harness, await harness.issue(['ingest']), push);
    const [record] = harness.bus.records;
    const event: unknown = JSON.parse(Buffer.from(record?.record.value ?? []).toString());
    expect(validator.Check(event)).toBe(true);
    expect(validator.Check({ ...push, id: '' })).toBe(false);
  });
});

function findingData() {
  const finding = {
    findingId: '0'.repeat(32),
    rule: 'r',
    detector: 'D01',
    version: 1,
    severity: 'low',
    disposition: 'log',
    title: 't',
    message: 'm',
    subject: { kind: 'tag', key: 'k' },
    observed: {},
    expected: {},
    evidence: [{ shard: 0, index: 0, source: 's', id: 'i', role: 'r' }],
    score: { base: 0, final: 0 },
    context: [],
    remediation: { summary: 's', owner: 'o', steps: [] },
    occurredAt: '2026-03-01T00:00:00Z',
  };
  return { project: 'lab', finding };
}

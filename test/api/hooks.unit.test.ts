import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProvostError } from '../../services/core/errors.ts';
import { digestOf } from '../fakes/sample-events.ts';
import { type ApiHarness, createHarness, publishedEvents } from './api-harness.ts';

const VECTORS = process.env['PROVOST_VECTORS'] ?? '../shared/vectors';
const V2 = 'application/vnd.docker.distribution.events.v2+json';
const digest = `sha256:${'a1'.repeat(32)}`;

const pushed = {
  id: 'n-1',
  timestamp: '2026-03-01T09:30:00Z',
  action: 'push',
  target: {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest,
    size: 708,
    repository: 'lab/tool',
    url: `https://registry.test/v2/lab/tool/manifests/${digest}`,
    tag: '1.0',
  },
  request: { id: 'r', addr: '192.0.2.7:1', host: 'registry.test', method: 'PUT', useragent: 'x' },
  actor: { name: 'alice' },
  source: { addr: 'node', instanceID: 'i' },
};

function notify(
  { app }: ApiHarness,
  token: string,
  body: unknown,
  options: { source?: string; type?: string } = {},
) {
  return app.inject({
    method: 'POST',
    url: `/api/v1/hooks/distribution/${options.source ?? 'harbour'}`,
    headers: { authorization: `Bearer ${token}`, 'content-type': options.type ?? V2 },
    payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
}

async function registry() {
  const harness = await createHarness();
  return { harness, token: await harness.issue(['ingest'], { source: 'https://registry.test' }) };
}

describe('POST /api/v1/hooks/distribution/{source}', () => {
  it.each([V2, 'application/vnd.docker.distribution.events.v1+json'])('takes %s', async (type) => {
    const { harness, token } = await registry();
    const answer = await notify(harness, token, { events: [pushed] }, { type });
    expect([answer.statusCode, answer.json()]).toEqual([
      202,
      { accepted: 1, ignored: 0, unmapped: 0 },
    ]);
    expect(publishedEvents(harness.bus)).toMatchObject([
      {
        type: 'artifact.pushed',
        id: 'n-1',
        source: 'https://registry.test',
        trust: 'authenticated',
        project: 'lab',
        data: { repository: 'lab/tool', digest, tags: ['1.0'] },
      },
    ]);
  });

  it('keeps the digest of the whole body, byte for byte, with all that came of it', async () => {
    const { harness, token } = await registry();
    const strange = { ...pushed, id: 'n-2', action: 'teleport' };
    const bodies = [JSON.stringify({ events: [pushed, strange] }, undefined, '\t'), 'no JSON'];
    for (const body of bodies) await notify(harness, token, body);
    const [both, none] = bodies.map(digestOf);
    const kept = publishedEvents(harness.bus).map(({ type, payloaddigest }) => [
      type,
      payloaddigest,
    ]);
    expect(kept).toEqual([
      ['event.rejected', both],
      ['artifact.pushed', both],
      ['event.rejected', none],
    ]);
  });

  it('records what it cannot map, with its bytes, and accepts the rest', async () => {
    const { harness, token } = await registry();
    const strange = { ...pushed, id: 'n-2', action: 'teleport' };
    const answer = await notify(harness, token, { events: [strange, pushed] });
    expect(answer.json()).toEqual({ accepted: 1, ignored: 0, unmapped: 1 });
    const [rejected] = publishedEvents(harness.bus).filter(({ type }) => type === 'event.rejected');
    expect(rejected).toMatchObject({
      source: 'urn:provost',
      data: { code: 'hook.payload', rejectedSource: 'https://registry.test', rejectedId: 'n-2' },
    });
    const letters = harness.bus.records.filter(({ topic }) => topic === 'provost.dead-letters');
    expect(letters.map(({ record }) => JSON.parse(Buffer.from(record.value).toString()))).toEqual([
      strange,
    ]);
  });

  it('records a repeated envelope under the same ids', async () => {
    const { harness, token } = await registry();
    const envelope = { events: [pushed, { ...pushed, action: 'teleport' }] };
    await notify(harness, token, envelope);
    await notify(harness, token, envelope);
    const ids = publishedEvents(harness.bus).map(({ source, id }) => `${source} ${id}`);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(2);
  });

  // A registry repeats a refused envelope for ever and holds back everything behind it, so that whoever may push
  // could silence it with one strange manifest.
  it.each([
    ['a number beyond exactness', `{"events":[{"id":"x","target":{"size":${2 ** 60}}}]}`],
    ['a prototype key', '{"events":[{"id":"x","target":{"annotations":{"__proto__":"x"}}}]}'],
    ['a repeated key', '{"events":[{"id":"x","id":"y"}]}'],
    ['endless nesting', `{"events":[${'['.repeat(100)}${']'.repeat(100)}]}`],
    ['no JSON', 'not json'],
    ['nothing', ''],
    ['more than can be read', `{"events":["${'x'.repeat(1_200_000)}"]}`],
  ])('is not blocked by %s', async (_name, body) => {
    const { harness, token } = await registry();
    const answer = await notify(harness, token, body);
    expect([answer.statusCode, answer.json()]).toEqual([
      202,
      { accepted: 0, ignored: 0, unmapped: 1 },
    ]);
    expect(publishedEvents(harness.bus)).toMatchObject([
      {
        type: 'event.rejected',
        data: {
          rejectedDigest: digestOf(body),
        },
      },
    ]);
  });

  it('answers no JSON text with a 5xx', async (context) => {
    const directory = join(VECTORS, 'json-test-suite');
    if (!existsSync(directory)) context.skip(`no vectors in ${directory}`);
    const { harness, token } = await registry();
    const statuses = new Set<number>();
    for (const name of readdirSync(directory).filter((file) => file.endsWith('.json'))) {
      statuses.add((await notify(harness, token, readFileSync(join(directory, name)))).statusCode);
    }
    expect([...statuses]).toEqual([202]);
  });

  it('refuses beyond 16 MiB, with the connection closed', async () => {
    const { harness, token } = await registry();
    const answer = await notify(harness, token, Buffer.alloc(16 * 1024 * 1024 + 1, 0x20));
    expect([answer.statusCode, answer.headers['connection']]).toEqual([413, 'close']);
  });

  it('says how to register a source that is not known', async () => {
    const { harness, token } = await registry();
    const answer = await notify(harness, token, { events: [] }, { source: 'nowhere' });
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'http.not-found']);
    expect(answer.json().detail).toContain('governance file');
  });

  it('refuses a token of another source', async () => {
    const { harness } = await registry();
    const other = await harness.issue(['ingest'], { source: 'https://other.test' });
    const answer = await notify(harness, other, { events: [pushed] });
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'event.source-not-allowed']);
    expect(harness.bus.records).toEqual([]);
  });

  it('refuses another content type', async () => {
    const { harness, token } = await registry();
    const answer = await notify(harness, token, { events: [] }, { type: 'application/json' });
    expect(answer.statusCode).toBe(415);
  });

  it('answers 503 while nothing can be stored, so that the registry keeps its envelope', async () => {
    const { harness, token } = await registry();
    harness.bus.outage = new ProvostError('bus.disk-full', 'full');
    for (const body of [{ events: [pushed] }, 'not json']) {
      expect((await notify(harness, token, body)).statusCode).toBe(503);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { fromBase64 } from '../../services/core/bytes.ts';
import { verifyConsistency } from '../../services/core/merkle/proofs.ts';
import { verifyTlogProof } from '../../services/core/note/tlog-proof.ts';
import { parseVerifierKey } from '../../services/core/note/verifier-key.ts';
import { digestOf, pushed } from '../fakes/sample-events.ts';
import { type ApiHarness, createHarness } from './api-harness.ts';

async function filled(count = 7) {
  const harness = await createHarness();
  const writer = harness.ledger.writer(0);
  for (let i = 0; i < count; i++) {
    const time = `2026-03-0${1 + i}T00:00:00Z`;
    const event = pushed({ id: `e-${i}`, time, digest: digestOf(`image ${i}`) });
    await writer.append([{ ...event, payloaddigest: digestOf(`body ${i}`) }]);
  }
  const token = await harness.issue(['viewer']);
  const get = (url: string, headers: Record<string, string> = {}) =>
    harness.app.inject({ url, headers: { authorization: `Bearer ${token}`, ...headers } });
  return { harness, get };
}

function keysOf(harness: ApiHarness) {
  const key = parseVerifierKey(harness.ledger.verifierKey(0));
  if (!key.ok) throw new Error(key.problem.message);
  return [key.value];
}

describe('GET /api/v1/entries', () => {
  it('pages through every entry once, newest first', async () => {
    const { get } = await filled();
    const seen: number[] = [];
    let cursor = '';
    do {
      const page = (await get(`/api/v1/entries?limit=3${cursor}`)).json();
      seen.push(...page.entries.map((entry: { index: number }) => entry.index));
      cursor = page.next === undefined ? '' : `&cursor=${encodeURIComponent(page.next)}`;
    } while (cursor !== '');
    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0]);
  });

  it('filters by digest, time and repeated types', async () => {
    const { get } = await filled();
    const digest = encodeURIComponent(digestOf('image 3'));
    const one = await get(`/api/v1/entries?digest=${digest}&type=artifact.pushed`);
    expect(one.json().entries.map(({ index }: { index: number }) => index)).toEqual([3]);
    const none = await get('/api/v1/entries?type=artifact.pulled&type=tag.deleted');
    expect(none.json()).toEqual({ entries: [] });
    const period = 'from=2026-03-02T00:00:00Z&to=2026-03-04T00:00:00Z&order=oldest';
    const some = await get(`/api/v1/entries?${period}`);
    expect(some.json().entries.map(({ index }: { index: number }) => index)).toEqual([1, 2]);
  });

  it('says of every wrong parameter what it expected', async () => {
    const { get } = await filled(1);
    const answer = await get(
      '/api/v1/entries?limit=many&order=best&repo=x&type=nonsense&from=noon',
    );
    expect(answer.statusCode).toBe(400);
    const { problems } = answer.json();
    const messages = Object.fromEntries(
      problems.map(({ at, message }: { at: string; message: string }) => [at, message]),
    );
    expect(messages['limit']).toBe('expected integer, received string');
    expect(messages['order']).toBe('expected "newest" or "oldest"');
    expect(messages['repo']).toBe('expected no such member');
    expect(messages['from']).toContain('a time as of RFC 3339');
    expect(messages['type/0']).toContain('expected one of artifact.pushed, ');
  });

  it('refuses a cursor that is not its own', async () => {
    const { get } = await filled(1);
    const answer = await get('/api/v1/entries?cursor=nonsense');
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'cursor.invalid']);
  });

  it('answers an outage of the ledger with 503 and no inside words', async () => {
    const { harness, get } = await filled(1);
    harness.ledger.faults.outage(true);
    const answer = await get('/api/v1/entries');
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'ledger.unavailable']);
  });
});

describe('GET /api/v1/entries/{shard}/{index}', () => {
  it('answers with the entry, or that there is none', async () => {
    const { get } = await filled(2);
    expect((await get('/api/v1/entries/0/1')).json()).toMatchObject({
      shard: 0,
      index: 1,
      event: { id: 'e-1', project: 'lab', payloaddigest: digestOf('body 1') },
    });
    for (const place of ['0/2', '7/0']) {
      const answer = await get(`/api/v1/entries/${place}`);
      expect([answer.statusCode, answer.json().code]).toEqual([404, 'ledger.entry-missing']);
    }
    for (const place of ['x/0', '0/-1', '0/1.5', '0/99999999999999999999']) {
      expect((await get(`/api/v1/entries/${place}`)).statusCode).toBe(400);
    }
  });

  it('proves every entry offline, as text and as JSON', async () => {
    const { harness, get } = await filled();
    for (let index = 0; index < 7; index++) {
      const url = `/api/v1/entries/0/${index}/proof`;
      const json = (await get(url)).json();
      const text = await get(url, { accept: 'text/plain' });
      expect(text.headers['content-type']).toBe('text/plain; charset=utf-8');
      const leafData = fromBase64(json.leaf) ?? new Uint8Array();
      const verifierKeys = keysOf(harness);
      const verified = verifyTlogProof({ proof: text.body, leafData, verifierKeys });
      expect(verified).toMatchObject({ ok: true, value: { index } });
      const forged = Uint8Array.from(leafData);
      forged[10] = (forged[10] ?? 0) ^ 1;
      expect(verifyTlogProof({ proof: text.body, leafData: forged, verifierKeys }).ok).toBe(false);
    }
  });
});

describe('GET /api/v1/checkpoints/{shard}', () => {
  it('lists them ascending, from a size on, and gives the latest as a note', async () => {
    const { get } = await filled();
    const sizes = async (query: string) =>
      (await get(`/api/v1/checkpoints/0${query}`))
        .json()
        .checkpoints.map(({ size }: { size: number }) => size);
    expect(await sizes('')).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await sizes('?after=4&limit=2')).toEqual([5, 6]);
    const note = await get('/api/v1/checkpoints/0', { accept: 'text/plain' });
    expect(note.body.split('\n').slice(0, 2)).toEqual(['provost.test/log/0', '7']);
    const empty = await get('/api/v1/checkpoints/3', { accept: 'text/plain' });
    expect(empty.statusCode).toBe(404);
  });

  it('is empty for a shard without entries, and not found for one that the ledger cannot have', async () => {
    const { get } = await filled();
    expect((await get('/api/v1/checkpoints/3')).json()).toEqual({ checkpoints: [] });
    for (const accept of ['application/json', 'text/plain']) {
      const missing = await get('/api/v1/checkpoints/4', { accept });
      expect(missing.statusCode).toBe(404);
      expect(missing.json()).toMatchObject({ code: 'ledger.shard-missing', at: 'shard' });
    }
  });

  it('is there for a shard that has entries although fewer shards are configured now', async () => {
    const { harness, get } = await filled();
    await harness.ledger.writer(5).append([pushed({ id: 'of before' })]);
    expect((await get('/api/v1/checkpoints/5')).json()).toMatchObject({
      checkpoints: [{ size: 1 }],
    });
  });

  it('proves that each tree only adds to the ones before', async () => {
    const { get } = await filled();
    const { checkpoints } = (await get('/api/v1/checkpoints/0')).json();
    const root = (size: number) => fromBase64(checkpoints[size - 1].root) ?? new Uint8Array();
    for (let from = 1; from < 7; from++) {
      const url = `/api/v1/checkpoints/0/consistency?from=${from}&to=7`;
      const { hashes } = (await get(url)).json();
      const proof = hashes.map((hash: string) => fromBase64(hash) ?? new Uint8Array());
      const verified = verifyConsistency({
        size1: from,
        size2: 7,
        root1: root(from),
        root2: root(7),
        proof,
      });
      expect(verified.ok).toBe(true);
    }
    expect((await get('/api/v1/checkpoints/0/consistency?from=3&to=2')).statusCode).toBe(400);
    expect((await get('/api/v1/checkpoints/0/consistency?from=3&to=99')).statusCode).toBe(404);
  });
});

describe('GET /api/v1/repositories/{name}/tags/{tag}/history', () => {
  it.each(['lab%2Ftool', 'lab/tool'])('follows a tag of %s to any moment', async (name) => {
    const { get } = await filled(3);
    const url = `/api/v1/repositories/${name}/tags/1.0/history`;
    const now = (await get(url)).json();
    expect(now).toMatchObject({ repository: 'lab/tool', tag: '1.0', digest: digestOf('image 2') });
    expect(now.changes.map(({ index }: { index: number }) => index)).toEqual([0, 1, 2]);
    const then = (await get(`${url}?at=2026-03-02T12:00:00Z`)).json();
    expect(then.digest).toBe(digestOf('image 1'));
    const before = (await get(`${url}?at=2026-02-01T00:00:00Z`)).json();
    expect([before.digest, before.changes]).toEqual([null, []]);
  });

  it('reads the last "tags" of a name as the tag’s, and refuses what is no name', async () => {
    const { get } = await filled(1);
    const tags = await get('/api/v1/repositories/lab/tags/tags/tags/1.0/history');
    expect(tags.json()).toMatchObject({ repository: 'lab/tags/tags', tag: '1.0' });
    for (const path of ['x', 'LAB/tags/1/history', '../tags/1/history', 'a/tags/%20/history']) {
      expect((await get(`/api/v1/repositories/${path}`)).statusCode).toBeGreaterThanOrEqual(400);
    }
  });
});

describe('GET /api/v1/status', () => {
  it('tells sizes, checkpoints, lag and keys', async () => {
    const { harness, get } = await filled(2);
    expect((await get('/api/v1/status')).json()).toMatchObject({
      version: '0.0.0-test',
      verifierKeys: [harness.ledger.verifierKey(0)],
      shards: [{ shard: 0, size: 2, checkpoint: { size: 2 } }],
      lag: [
        { topic: 'provost.events', group: 'ledger', partition: 0, lag: 2 },
        { topic: 'provost.ledger', group: 'lane', partition: 0, lag: 7 },
      ],
      sources: [{ name: 'harbour', uri: 'https://registry.test', trust: 'authenticated' }],
    });
  });
});

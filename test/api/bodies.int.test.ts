import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiHarness, createHarness, publishedEvents } from './api-harness.ts';

const STRUCTURED = 'application/cloudevents+json';
const MIB = 1024 * 1024;
const push = {
  specversion: '1.0',
  id: 'p-1',
  source: 'https://registry.test',
  type: 'artifact.pushed',
  data: { repository: 'lab/tool', digest: `sha256:${'a1'.repeat(32)}`, tags: ['1.0'] },
};
const text = JSON.stringify(push);
const coders = {
  gzip: (body: string | Buffer) => gzipSync(body),
  deflate: (body: string | Buffer) => deflateSync(body),
  // The best quality would take seconds for a bomb.
  br: (body: string | Buffer) =>
    brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
} as const;
const codings = ['gzip', 'deflate', 'br'] as const;

let harness: ApiHarness;
let token: string;
let port: number;

beforeEach(async () => {
  harness = await createHarness();
  token = await harness.issue(['ingest']);
  const address = await harness.app.listen({ host: '127.0.0.1', port: 0 });
  port = Number(new URL(address).port);
});

afterEach(async () => {
  await harness.app.close();
});

function send(body: RequestInit['body'], headers: Record<string, string> = {}) {
  return fetch(`http://127.0.0.1:${port}/api/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': STRUCTURED, ...headers },
    body: body ?? null,
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  });
}

/** Counts what the decoders of this process put out, by standing in front of their `push`. */
function countInflated() {
  const { push } = Readable.prototype;
  let bytes = 0;
  Readable.prototype.push = function (this: Readable, chunk: unknown, encoding) {
    const isDecoder = /^(?:Gunzip|Inflate|BrotliDecompress)$/.test(this.constructor.name);
    if (isDecoder && Buffer.isBuffer(chunk)) bytes += chunk.byteLength;
    return push.call(this, chunk, encoding);
  };
  return {
    stop: () => {
      Readable.prototype.push = push;
      return bytes;
    },
  };
}

async function codeOf(response: Response): Promise<string> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem: unknown = await response.json();
  return typeof problem === 'object' && problem !== null && 'code' in problem
    ? String(problem.code)
    : '';
}

describe('a body over a real connection', () => {
  it.each(codings)('is read through %s', async (coding) => {
    const response = await send(coders[coding](text), { 'content-encoding': coding });
    expect(response.status).toBe(202);
    expect(publishedEvents(harness.bus)).toMatchObject([push]);
  });

  it.each(codings)('that is a %s bomb is inflated to the limit and no further', async (coding) => {
    const bomb = coders[coding](Buffer.alloc(256 * MIB, 0x20));
    expect(bomb.byteLength).toBeLessThan(MIB);
    const inflated = countInflated();
    const response = await send(bomb, { 'content-encoding': coding });
    expect([response.status, await codeOf(response)]).toEqual([413, 'http.too-large']);
    // Whatever went on in the background would show by now.
    await setTimeout(200);
    expect(inflated.stop()).toBeLessThanOrEqual(MIB + 2 * 16_384);
    expect(harness.bus.records).toEqual([]);
  });

  it.each(codings)('that is cut off in the middle of %s is refused', async (coding) => {
    const cut = coders[coding](text).subarray(0, -8);
    const response = await send(cut, { 'content-encoding': coding });
    expect([response.status, await codeOf(response)]).toEqual([400, 'http.bad-request']);
  });

  it.each(['compress', 'gzip, gzip', 'zstd', 'aws-chunked'])(
    'in the coding %s is refused',
    async (coding) => {
      const response = await send(text, { 'content-encoding': coding });
      expect([response.status, await codeOf(response)]).toEqual([415, 'http.content-encoding']);
      expect(response.headers.get('accept-encoding')).toBe('gzip, deflate, br');
    },
  );

  it('of garbage that claims to be gzip is refused', async () => {
    const response = await send(text, { 'content-encoding': 'gzip' });
    expect(response.status).toBe(400);
  });

  it('may be exactly 1 MiB and not a byte more, declared or streamed', async () => {
    const padded = (size: number) => Buffer.from(text.padEnd(size, ' '));
    const streamed = (bytes: Buffer) =>
      new ReadableStream({
        start(controller) {
          for (let at = 0; at < bytes.byteLength; at += 65_536) {
            controller.enqueue(bytes.subarray(at, at + 65_536));
          }
          controller.close();
        },
      });
    expect((await send(padded(MIB))).status).toBe(202);
    expect((await send(streamed(padded(MIB)))).status).toBe(202);
    for (const body of [padded(MIB + 1), streamed(padded(MIB + 1))]) {
      const response = await send(body);
      expect([response.status, await codeOf(response)]).toEqual([413, 'http.too-large']);
    }
  });

  it('nested 64 levels is read and 65 is not, whatever comes inside', async () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(await codeOf(await send(nested(64)))).toBe('event.envelope');
    expect(await codeOf(await send(nested(65)))).toBe('json.too-deep');
    expect(await codeOf(await send(nested(500_000)))).toBe('json.too-deep');
  });

  it('that never ends because the sender went away leaves nothing behind', async () => {
    const socket = connect(port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.write(
      `POST /api/v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n` +
        `content-type: ${STRUCTURED}\r\ncontent-length: 5000\r\n\r\n{"specversion"`,
    );
    await setTimeout(50);
    socket.destroy();
    await closed;
    expect((await send(text)).status).toBe(202);
    expect(harness.bus.records).toHaveLength(1);
  });
});

describe('a request that is no HTTP', () => {
  it('is answered with a problem, and the connection ends', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('NONSENSE\r\n\r\n');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    await new Promise((resolve) => socket.on('close', resolve));
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain('urn:provost:error:http.bad-request');
  });
});

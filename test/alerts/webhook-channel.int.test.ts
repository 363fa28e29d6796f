import { createHmac, randomBytes } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import { afterEach, describe, expect, it } from 'vitest';
import {
  AddressRefusedError,
  createGuardedAgent,
  type Lookup,
} from '../../services/alerts/channels/guarded-agent.ts';
import { parseWebhookSecret } from '../../services/alerts/channels/standard-webhook.ts';
import {
  createWebhookChannel,
  type WebhookChannelOptions,
} from '../../services/alerts/channels/webhook-channel.ts';
import { createWebhookSink, type WebhookSink } from '../support/webhook-sink.ts';
import { sampleNotification } from './sample-notification.ts';

const NOW = Date.parse('2026-03-01T00:00:05.700Z');
const KEY = randomBytes(32);
const LOCAL = ['127.0.0.0/8'];
const never = new AbortController().signal;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function sink(): Promise<WebhookSink> {
  const opened = await createWebhookSink();
  closing.push(opened.close);
  return opened;
}

function channelTo(url: string, options: Partial<WebhookChannelOptions> = {}) {
  const channel = createWebhookChannel({
    name: 'hook',
    url,
    key: KEY,
    allowNetworks: LOCAL,
    clock: { now: () => NOW },
    ...options,
  });
  closing.push(channel.close);
  return channel;
}

/** A resolver that gives another answer each time, as in a rebinding attack. */
function lookupOf(...answers: readonly (readonly string[])[]) {
  const asked: string[] = [];
  const lookup: Lookup = (hostname, _options, callback) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(hostname);
    const addresses: LookupAddress[] = answer.map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    callback(null, addresses);
  };
  return { lookup, asked };
}

describe('the webhook channel', () => {
  it('posts a JSON document that any Standard Webhooks receiver can verify', async () => {
    const hook = await sink();
    const result = await channelTo(`${hook.url}?a=b`).deliver(sampleNotification(), never);
    expect(result).toEqual({ kind: 'delivered' });
    const [request] = hook.requests;
    if (request === undefined) throw new Error('no request');
    expect(request).toMatchObject({ method: 'POST', path: '/hook?a=b' });
    expect(request.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': 'a'.repeat(32),
      'webhook-timestamp': '1772323205',
    });
    const signed = `${request.headers['webhook-id']}.1772323205.${request.body}`;
    expect(request.headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', KEY).update(signed).digest('base64')}`,
    );
    expect(JSON.parse(request.body)).toMatchObject({
      type: 'alert.opened',
      timestamp: '2026-03-01T00:00:01.000Z',
      data: { alertId: 'd'.repeat(32), severity: 'critical', evidence: [{ shard: 1, index: 7 }] },
    });
  });

  it('signs as the example of the Standard Webhooks specification does', async () => {
    const secret = parseWebhookSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    if (!secret.ok) throw new Error('refused');
    const { signWebhook } = await import('../../services/alerts/channels/standard-webhook.ts');
    const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
    expect(signWebhook(secret.value, id, 1614265330, '{"test": 2432232314}')).toMatchObject({
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it.each(['', 'whsec_', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_c2hvcnQ=', 'whsec_***'])(
    'refuses the secret %j and does not repeat it',
    (secret) => {
      const outcome = parseWebhookSecret(secret);
      expect(outcome).toMatchObject({ ok: false, problem: { code: 'config.invalid' } });
      if (!outcome.ok && secret.length > 8) expect(outcome.problem.message).not.toContain(secret);
    },
  );

  it.each([
    [200, 'delivered'],
    [202, 'delivered'],
    [301, 'rejected'],
    [400, 'rejected'],
    [401, 'rejected'],
    [404, 'rejected'],
    [410, 'rejected'],
    [408, 'retry'],
    [425, 'retry'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
  ])('takes HTTP %i as %s', async (status, kind) => {
    const hook = await sink();
    hook.answer({ status });
    expect(await channelTo(hook.url).deliver(sampleNotification(), never)).toMatchObject({ kind });
  });

  it.each([
    ['30', 30_000],
    ['Sun, 01 Mar 2026 00:00:15 GMT', 9_300],
    ['Sat, 28 Feb 2026 00:00:00 GMT', 0],
    ['soon', undefined],
  ])('reads Retry-After: %s', async (header, expected) => {
    const hook = await sink();
    hook.answer({ status: 429, headers: { 'retry-after': header } });
    const result = await channelTo(hook.url).deliver(sampleNotification(), never);
    expect(result.kind === 'retry' ? result.retryAfterMs : 'no retry').toBe(expected);
  });

  it('follows no redirect', async () => {
    const target = await sink();
    const hook = await sink();
    hook.answer({ status: 307, headers: { location: target.url } });
    expect(await channelTo(hook.url).deliver(sampleNotification(), never)).toMatchObject({
      kind: 'rejected',
      code: 'channel.rejected',
    });
    expect(target.requests).toHaveLength(0);
  });

  it('asks for another attempt when the line is cut, refused or silent', async () => {
    const hook = await sink();
    hook.answer('hang-up', 'silence');
    const channel = channelTo(hook.url);
    const unreachable = { kind: 'retry', code: 'channel.unreachable' };
    expect(await channel.deliver(sampleNotification(), never)).toMatchObject(unreachable);
    const short = AbortSignal.timeout(200);
    expect(await channel.deliver(sampleNotification(), short)).toMatchObject(unreachable);
    const closed = channelTo('http://127.0.0.1:1/');
    expect(await closed.deliver(sampleNotification(), never)).toMatchObject(unreachable);
  });
});

describe('the way to a webhook', () => {
  const refused = { kind: 'rejected', code: 'channel.address-refused' };

  it.each([
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '2130706433',
    '0177.0.0.1',
    '0.0.0.0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
  ])('is closed to the literal address %s', async (host) => {
    const hook = await sink();
    const channel = channelTo(`http://${host}:${hook.port}/`, { allowNetworks: [] });
    expect(await channel.deliver(sampleNotification(), never)).toMatchObject(refused);
    expect(hook.requests).toHaveLength(0);
  });

  it('is closed to a name that leads inside', async () => {
    const hook = await sink();
    const { lookup } = lookupOf(['127.0.0.1']);
    const url = `http://inside.example:${hook.port}/`;
    const channel = channelTo(url, { allowNetworks: [], lookup });
    expect(await channel.deliver(sampleNotification(), never)).toMatchObject(refused);
    expect(hook.requests).toHaveLength(0);
  });

  it('is closed to the system’s own name of this machine', async () => {
    const hook = await sink();
    const channel = channelTo(`http://localhost:${hook.port}/`, { allowNetworks: [] });
    expect(await channel.deliver(sampleNotification(), never)).toMatchObject(refused);
    expect(hook.requests).toHaveLength(0);
  });

  it('resolves a name once, so that a second answer is never used', async () => {
    const hook = await sink();
    const { lookup, asked } = lookupOf(['127.0.0.2'], ['169.254.169.254']);
    const channel = channelTo(`http://rebind.example:${hook.port}/`, {
      allowNetworks: ['127.0.0.2/32'],
      lookup,
    });
    await channel.deliver(sampleNotification(), AbortSignal.timeout(2_000));
    expect(asked).toEqual(['rebind.example']);
  });

  it('judges the new address when a name moves inside between two notifications', async () => {
    const hook = await sink();
    const { lookup } = lookupOf(['127.0.0.1'], ['127.0.0.9']);
    const channel = channelTo(`http://rebind.example:${hook.port}/`, {
      allowNetworks: ['127.0.0.1/32'],
      lookup,
    });
    expect(await channel.deliver(sampleNotification(), never)).toEqual({ kind: 'delivered' });
    expect(await channel.deliver(sampleNotification(), never)).toMatchObject(refused);
    expect(hook.requests).toHaveLength(1);
  });

  it('ends at once when the connected peer is not one that the policy allows', async () => {
    const hook = await sink();
    const judged: string[] = [];
    // As if the address had been exchanged between the check and the connection.
    const isAllowed = (address: string) => judged.push(address) === 1;
    const { lookup } = lookupOf(['127.0.0.1']);
    const agent = createGuardedAgent({ isAllowed, lookup, connectMs: 1_000 });
    closing.push(() => agent.destroy());
    const request = agent.request({
      origin: `http://moved.example:${hook.port}`,
      path: '/',
      method: 'GET',
    });
    await expect(request).rejects.toBeInstanceOf(AddressRefusedError);
    expect(judged).toEqual(['127.0.0.1', '127.0.0.1']);
    expect(hook.requests).toHaveLength(0);
  });

  it('is not kept open for the next notification', async () => {
    const hook = await sink();
    await channelTo(hook.url).deliver(sampleNotification(), never);
    expect(hook.requests[0]?.headers.connection).toBe('close');
  });

  it('leads only to the allowed one of several addresses', async () => {
    const hook = await sink();
    const { lookup } = lookupOf(['10.0.0.1', '127.0.0.1', '::1']);
    const channel = channelTo(`http://many.example:${hook.port}/`, {
      allowNetworks: ['127.0.0.1/32'],
      lookup,
    });
    expect(await channel.deliver(sampleNotification(), never)).toEqual({ kind: 'delivered' });
  });

  it('keeps the name in the Host header', async () => {
    const hook = await sink();
    const { lookup } = lookupOf(['127.0.0.1']);
    await channelTo(`http://hooks.example:${hook.port}/`, { lookup }).deliver(
      sampleNotification(),
      never,
    );
    expect(hook.requests[0]?.headers.host).toBe(`hooks.example:${hook.port}`);
  });
});

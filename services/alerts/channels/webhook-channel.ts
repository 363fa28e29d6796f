import type { Dispatcher } from 'undici';
import type { Clock } from '../../core/clock.ts';
import type { Notification } from '../delivery/notification.ts';
import { createAddressPolicy } from './address-policy.ts';
import type { Channel, DeliveryResult } from './channel.ts';
import { AddressRefusedError, createGuardedAgent, type Lookup } from './guarded-agent.ts';
import { signWebhook } from './standard-webhook.ts';

export type WebhookChannelOptions = {
  readonly name: string;
  readonly url: string;
  /** Key of the Standard Webhooks secret. */
  readonly key: Uint8Array;
  readonly allowNetworks: readonly string[];
  readonly clock: Clock;
  /** Name resolution; the system's own when absent. */
  readonly lookup?: Lookup;
};

const CONNECT_MS = 5_000;
const ANSWER_MS = 15_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const LATER = new Set([408, 425, 429]);

/**
 * Posts one signed JSON document a notification (Standard Webhooks 1.0), under the same `webhook-id` at every attempt.
 * It reaches only addresses that the policy allows and follows no redirect. 2xx is delivered; 408, 425, 429, 5xx and
 * silence may be tried again; any other answer is final.
 */
export function createWebhookChannel(options: WebhookChannelOptions): Channel {
  const agent = createGuardedAgent({
    isAllowed: createAddressPolicy(options.allowNetworks),
    connectMs: CONNECT_MS,
    ...(options.lookup === undefined ? {} : { lookup: options.lookup }),
  });
  const url = new URL(options.url);
  return {
    name: options.name,
    kind: 'webhook',
    deliver: async (notification, signal) => {
      const body = JSON.stringify(toBody(notification));
      const seconds = Math.floor(options.clock.now() / 1000);
      try {
        const answer = await agent.request({
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'user-agent': 'provost',
            ...signWebhook(options.key, notification.notificationId, seconds, body),
          },
          body,
          signal,
          headersTimeout: ANSWER_MS,
          bodyTimeout: ANSWER_MS,
        });
        // The status is the answer; a body that is too long or breaks off changes nothing.
        await answer.body.dump({ limit: MAX_ANSWER_BYTES }).catch(() => {});
        return toResult(answer, options.clock.now());
      } catch (error) {
        return toFailure(error);
      }
    },
    close: async () => await agent.destroy(),
  };
}

function toBody(notification: Notification) {
  const { kind, raisedAt, ...data } = notification;
  return { type: `alert.${kind}`, timestamp: raisedAt, data };
}

function toResult(answer: Dispatcher.ResponseData, now: number): DeliveryResult {
  const { statusCode, headers } = answer;
  const reason = `HTTP ${statusCode}`;
  if (statusCode >= 200 && statusCode < 300) return { kind: 'delivered' };
  if (statusCode < 500 && !LATER.has(statusCode))
    return { kind: 'rejected', code: 'channel.rejected', reason };
  const retryAfterMs = parseRetryAfter(headers['retry-after'], now);
  return {
    kind: 'retry',
    code: 'channel.rejected',
    reason,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function toFailure(error: unknown): DeliveryResult {
  if (isAddressRefused(error))
    return {
      kind: 'rejected',
      code: 'channel.address-refused',
      reason: 'the name leads to an address that webhooks may not reach; see allowNetworks',
    };
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
  return { kind: 'retry', code: 'channel.unreachable', reason: code.slice(0, 100) };
}

function isAddressRefused(error: unknown): boolean {
  if (error instanceof AddressRefusedError) return true;
  if (error instanceof AggregateError) return error.errors.some(isAddressRefused);
  return error instanceof Error && error.cause !== undefined && isAddressRefused(error.cause);
}

/** RFC 9110 section 10.2.3: seconds or an HTTP date. */
function parseRetryAfter(
  header: string | readonly string[] | undefined,
  now: number,
): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

import { describe, expect, it } from 'vitest';
import type { OutboxItem } from '../../services/alerts/alert.ts';
import { notificationIdOf } from '../../services/alerts/alert-ids.ts';
import type { Channel, DeliveryResult } from '../../services/alerts/channels/channel.ts';
import { createOutbox, type OutboxDeps } from '../../services/alerts/delivery/outbox.ts';
import { MAX_ATTEMPTS, retryDelayMs } from '../../services/alerts/delivery/retry-schedule.ts';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import { HOUR, later, MINUTE, START } from './alert-story.ts';
import { sampleNotification } from './sample-notification.ts';
import { createVirtualTime, settle } from './virtual-time.ts';

const OK: DeliveryResult = { kind: 'delivered' };
const AGAIN: DeliveryResult = {
  kind: 'retry',
  code: 'channel.unreachable',
  reason: 'ECONNREFUSED',
};
const NEVER: DeliveryResult = { kind: 'rejected', code: 'channel.rejected', reason: 'HTTP 410' };

/** A channel that answers from a script (the last answer for ever), or never answers. */
function scripted(name: string, ...script: readonly (DeliveryResult | 'silence')[]) {
  const sent: string[] = [];
  let open = 0;
  const most = { open: 0 };
  const channel: Channel = {
    name,
    kind: 'webhook',
    deliver: async (notification, signal) => {
      sent.push(notification.notificationId);
      most.open = Math.max(most.open, ++open);
      const answer = script[Math.min(sent.length, script.length) - 1] ?? OK;
      if (answer === 'silence')
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      open--;
      return answer === 'silence' ? AGAIN : answer;
    },
    close: async () => {},
  };
  return { channel, sent, most };
}

function item(eventId: string, ...channels: readonly string[]): OutboxItem {
  return {
    eventId,
    kind: 'opened',
    alertId: 'a1',
    incidentId: 'i1',
    project: 'lab',
    severity: 'high',
    disposition: 'page',
    at: later(0),
    channels: [...channels],
  };
}

function setUp(channels: readonly Channel[], options: Partial<OutboxDeps> = {}) {
  const time = createVirtualTime(START);
  const published: ProvostEvent[] = [];
  const outbox = createOutbox({
    channels,
    clock: time,
    random: () => 0.5,
    wait: time.wait,
    compose: async ({ eventId }, channel) =>
      sampleNotification({ notificationId: notificationIdOf(eventId, channel) }),
    publish: async (event) => {
      published.push(event);
    },
    log: { info: () => {}, warn: () => {} },
    onEnded: () => {},
    ...options,
  });
  return { outbox, time, published };
}

describe('the outbox', () => {
  it('delivers at once and records it', async () => {
    const hook = scripted('hook');
    const { outbox, published, time } = setUp([hook.channel]);
    outbox.offer(item('e1', 'hook'));
    await settle();
    const notificationId = notificationIdOf('e1', 'hook');
    expect(hook.sent).toEqual([notificationId]);
    expect(time.waits).toEqual([]);
    expect(published).toMatchObject([
      {
        id: `notification:${notificationId}:delivered:1`,
        source: 'urn:provost',
        type: 'notification.delivered',
        project: 'lab',
        data: { channel: 'hook', channelKind: 'webhook', attempts: 1, notificationId },
      },
    ]);
  });

  it('tries again under the same id until it is delivered', async () => {
    const hook = scripted('hook', AGAIN, AGAIN, OK);
    const { outbox, published, time } = setUp([hook.channel]);
    outbox.offer(item('e1', 'hook'));
    await time.advance(HOUR);
    expect(time.waits).toEqual([25_000, 50_000]);
    expect(new Set(hook.sent).size).toBe(1);
    expect(published).toMatchObject([{ type: 'notification.delivered', data: { attempts: 3 } }]);
  });

  it('gives up after the last attempt and says why', async () => {
    const hook = scripted('hook', AGAIN);
    const { outbox, published, time } = setUp([hook.channel]);
    outbox.offer(item('e1', 'hook'));
    await time.advance(2 * HOUR);
    expect(hook.sent).toHaveLength(MAX_ATTEMPTS);
    expect(published).toMatchObject([
      {
        type: 'notification.failed',
        data: { attempts: 8, code: 'channel.unreachable', reason: 'ECONNREFUSED' },
      },
    ]);
  });

  it('does not try again what was refused for good', async () => {
    const hook = scripted('hook', NEVER);
    const { outbox, published, time } = setUp([hook.channel]);
    outbox.offer(item('e1', 'hook'));
    await time.advance(2 * HOUR);
    expect(hook.sent).toHaveLength(1);
    expect(published).toMatchObject([{ data: { attempts: 1, code: 'channel.rejected' } }]);
  });

  it('is as patient as the receiver asks, within reason', async () => {
    const hook = scripted('hook', { ...AGAIN, retryAfterMs: 10 * MINUTE }, OK);
    const { outbox, time } = setUp([hook.channel]);
    outbox.offer(item('e1', 'hook'));
    await time.advance(10 * MINUTE - 1);
    expect(hook.sent).toHaveLength(1);
    await time.advance(1);
    expect(hook.sent).toHaveLength(2);
    expect(retryDelayMs(1, 0.5, 10 * HOUR)).toBe(HOUR);
  });

  it('spreads its attempts over about an hour, twenty per cent up or down', () => {
    const total = (random: number) =>
      Array.from({ length: MAX_ATTEMPTS - 1 }, (_, i) => retryDelayMs(i + 1, random)).reduce(
        (sum, delay) => sum + delay,
      );
    expect(total(0.5) / MINUTE).toBeCloseTo(52.9, 1);
    expect(total(0) / total(0.5)).toBeCloseTo(0.8);
    expect(retryDelayMs(3, 0.75)).toBeGreaterThan(retryDelayMs(3, 0.25));
  });

  it('lets a dead channel delay nobody else, and asks it little at a time', async () => {
    const dead = scripted('dead', 'silence');
    const alive = scripted('alive');
    const { outbox, published } = setUp([dead.channel, alive.channel]);
    for (let i = 0; i < 50; i++) outbox.offer(item(`e${i}`, 'dead', 'alive'));
    await settle();
    expect(alive.sent).toHaveLength(50);
    expect(published).toHaveLength(50);
    expect(dead.most.open).toBe(4);
    await outbox.stop();
  });

  it('lets others of the channel go first while one waits for its next attempt', async () => {
    const hook = scripted('hook', AGAIN, AGAIN, AGAIN, AGAIN, OK);
    const { outbox, published } = setUp([hook.channel]);
    for (let i = 0; i < 5; i++) outbox.offer(item(`e${i}`, 'hook'));
    await settle();
    expect(published).toMatchObject([
      { data: { notificationId: notificationIdOf('e4', 'hook'), attempts: 1 } },
    ]);
    await outbox.stop();
  });

  it('sends once what is offered twice, until the ledger has settled it', async () => {
    const hook = scripted('hook');
    const { outbox } = setUp([hook.channel]);
    outbox.offer(item('e1', 'hook'));
    outbox.offer(item('e1', 'hook'));
    await settle();
    outbox.offer(item('e1', 'hook'));
    await settle();
    expect(hook.sent).toHaveLength(1);
  });

  it('records through an outage of the bus, and does not send again for it', async () => {
    const hook = scripted('hook');
    let failures = 3;
    const events: ProvostEvent[] = [];
    const { outbox, time } = setUp([hook.channel], {
      publish: async (event) => {
        if (failures-- > 0) throw new Error('bus down');
        events.push(event);
      },
    });
    outbox.offer(item('e1', 'hook'));
    await time.advance(MINUTE);
    expect(hook.sent).toHaveLength(1);
    expect(events).toHaveLength(1);
  });

  it('charges no attempt for an outage of the ledger', async () => {
    const hook = scripted('hook');
    let failures = 3;
    const { outbox, time, published } = setUp([hook.channel], {
      compose: async () => {
        if (failures-- > 0) throw new Error('ledger down');
        return sampleNotification();
      },
    });
    outbox.offer(item('e1', 'hook'));
    await time.advance(MINUTE);
    expect(published).toMatchObject([{ data: { attempts: 1 } }]);
  });

  it('says that a channel is gone instead of waiting for it', async () => {
    const { outbox, published } = setUp([]);
    outbox.offer(item('e1', 'gone'));
    await settle();
    expect(published).toMatchObject([
      { type: 'notification.failed', data: { channel: 'gone', code: 'channel.rejected' } },
    ]);
  });

  it('stops in the middle of everything and records nothing that it does not know', async () => {
    const silent = scripted('silent', 'silence');
    const failing = scripted('failing', AGAIN);
    const { outbox, published, time } = setUp([silent.channel, failing.channel]);
    for (let i = 0; i < 9; i++) outbox.offer(item(`e${i}`, 'silent', 'failing'));
    await settle();
    await outbox.stop();
    await outbox.stop();
    const sent = silent.sent.length + failing.sent.length;
    outbox.offer(item('late', 'failing'));
    await time.advance(2 * HOUR);
    expect(silent.sent.length + failing.sent.length).toBe(sent);
    expect(published).toEqual([]);
  });
});

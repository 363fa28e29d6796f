import { generateKeyPairSync } from 'node:crypto';
import { startAlertConsumer } from '../../../consumers/alert/alert-consumer.ts';
import type { Channel, DeliveryResult } from '../../../services/alerts/channels/channel.ts';
import type { Notification } from '../../../services/alerts/delivery/notification.ts';
import type { Bus, Subscription } from '../../../services/bus/bus.ts';
import { createLocalLogBus } from '../../../services/bus/local-log/local-log-bus.ts';
import type { ChannelConfig, RouteConfig } from '../../../services/config/governance.ts';
import { utf8 } from '../../../services/core/bytes.ts';
import { toEntryRecord } from '../../../services/core/events/entry-record.ts';
import type { Entry, ProvostEvent } from '../../../services/core/events/event.ts';
import { validateAcceptedEvent } from '../../../services/core/events/validate-event.ts';
import { parseJson } from '../../../services/core/json/parse-json.ts';
import { TOPICS } from '../../../services/core/topics.ts';
import { START } from '../../alerts/alert-story.ts';
import { createVirtualTime } from '../../alerts/virtual-time.ts';
import { createMemoryLedger } from '../../fakes/memory-ledger.ts';
import { createMemoryLogFileSystem } from '../../fakes/memory-log-file-system.ts';

/** The way round: a real local log, a ledger with real proofs, and the alert consumer under test. */
export async function createAlertWorld(options: { readonly partitions?: number } = {}) {
  const partitions = options.partitions ?? 1;
  const time = createVirtualTime(START);
  const { privateKey } = generateKeyPairSync('ed25519');
  const ledger = createMemoryLedger({ origin: 'test.example/ledger', privateKey, clock: time });
  const bus = await createLocalLogBus({
    directory: '/log',
    clock: time,
    fileSystem: createMemoryLogFileSystem(),
    minFreeBytes: 0,
  });
  await bus.ensureTopics([
    { topic: TOPICS.events, partitions },
    { topic: TOPICS.ledger, partitions },
  ]);
  const failures: Error[] = [];
  const onFatal = (error: Error) => failures.push(error);
  const refused: ProvostEvent[] = [];
  const recorder = await startRecorder();
  const closing: (() => Promise<void>)[] = [recorder.stop, bus.close];

  /** Stores what is on the events topic and publishes what was stored, as the ledger's own consumer does. */
  async function startRecorder(): Promise<Subscription> {
    return await bus.subscribe({
      topic: TOPICS.events,
      group: 'recorder',
      from: 'earliest',
      onFatal,
      handler: async ({ partition, records }) => {
        const events = records.map((record) => parseEvent(record.value));
        const result = await ledger.writer(partition).append(events);
        refused.push(...result.refused.map(({ event }) => event));
        if (result.entries.length > 0)
          await bus.publish(
            TOPICS.ledger,
            result.entries.map((entry) => toEntryRecord(entry as Entry)),
          );
      },
    });
  }

  return {
    time,
    ledger,
    bus,
    failures,
    refused,
    publish: async (events: readonly ProvostEvent[]) => {
      await bus.publish(
        TOPICS.events,
        events.map((event) => ({ key: event.project, value: utf8(JSON.stringify(event)) })),
      );
    },
    /** Starts a process of the alert role; `bus` may be one that breaks. */
    start: async (process: {
      readonly channels: readonly Channel[];
      readonly routes?: RouteConfig[];
      readonly bus?: Pick<Bus, 'publish' | 'subscribe'>;
    }): Promise<Subscription> => {
      const configs = process.channels.map(
        ({ name }): ChannelConfig => ({ name, kind: 'email', to: ['a@example.org'] }),
      );
      return await startAlertConsumer({
        bus: process.bus ?? bus,
        ledger,
        governance: { channels: configs, routes: process.routes ?? [] },
        channels: process.channels,
        publicUrl: 'https://provost.example/',
        clock: time,
        random: () => 0.5,
        wait: time.wait,
        log: { info: () => {}, warn: () => {} },
        onEnded: () => {},
        onFatal,
      });
    },
    /** Resolves when the ledger holds as many events of the type; with them, in order. */
    recorded: async (
      type: ProvostEvent['type'],
      count: number,
    ): Promise<readonly ProvostEvent[]> => {
      for (;;) {
        const events: ProvostEvent[] = [];
        for (const shard of await ledger.shards())
          for await (const { event } of ledger.scan(shard, 0, await ledger.size(shard)))
            if (event.type === type) events.push(event);
        if (events.length >= count) return events;
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },
    /** Resolves when nothing is left to do without time passing. */
    quiet: async (): Promise<void> => {
      for (let calm = 0; calm < 5; ) {
        const lags = [
          ...(await bus.lag(TOPICS.events, 'recorder')),
          ...(await bus.lag(TOPICS.ledger, 'provost-alert')),
        ];
        calm = lags.every(({ lag }) => lag === 0n) ? calm + 1 : 0;
        await new Promise((resolve) => setTimeout(resolve, 4));
      }
    },
    close: async () => {
      for (const close of closing) await close();
    },
  };
}

/** A channel that keeps what it is given and answers as told. */
export function createTestChannel(name: string, ...script: readonly DeliveryResult[]) {
  const sent: Notification[] = [];
  const channel: Channel = {
    name,
    kind: 'email',
    deliver: async (notification) => {
      sent.push(notification);
      return script[sent.length - 1] ?? { kind: 'delivered' };
    },
    close: async () => {},
  };
  return { channel, sent };
}

function parseEvent(bytes: Uint8Array): ProvostEvent {
  const json = parseJson(bytes);
  const event = json.ok ? validateAcceptedEvent(json.value) : json;
  if (!event.ok) throw new TypeError(event.problem.message);
  return event.value;
}

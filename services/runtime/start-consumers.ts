import type { Logger } from 'pino';
import { ALERT_GROUP, startAlertConsumer } from '../../consumers/alert/alert-consumer.ts';
import { DETECT_GROUP, startDetectConsumer } from '../../consumers/detect/detect-consumer.ts';
import { createWorkerJudging } from '../../consumers/detect/worker-judging.ts';
import { LEDGER_GROUP, startLedgerConsumer } from '../../consumers/ledger/ledger-consumer.ts';
import type { Channel } from '../alerts/channels/channel.ts';
import type { Bus } from '../bus/bus.ts';
import type { Config, Role } from '../config/config.ts';
import type { Clock } from '../core/clock.ts';
import { TOPICS } from '../core/topics.ts';
import type { ClickHouse } from '../ledger/clickhouse/click-house.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { SigningKey } from '../ledger/signing-key.ts';
import { createChannels } from './create-channels.ts';
import type { GroupOfTopic, ServiceMetrics } from './create-metrics.ts';
import { detectorsOf } from './detectors-of.ts';
import type { LaneLag } from './lane-lag.ts';

/** The group of each role that consumes, and the topic that it reads. */
export const GROUPS: Readonly<Record<Exclude<Role, 'api'>, GroupOfTopic>> = {
  ledger: { topic: TOPICS.events, group: LEDGER_GROUP },
  detect: { topic: TOPICS.ledger, group: DETECT_GROUP },
  alert: { topic: TOPICS.ledger, group: ALERT_GROUP },
};

export type ConsumersDeps = {
  readonly config: Config;
  readonly bus: Bus;
  readonly store: ClickHouse;
  readonly ledger: Ledger;
  readonly key: SigningKey;
  readonly verifierKeys: readonly string[];
  readonly metrics: ServiceMetrics;
  readonly lane: Pick<LaneLag, 'tell'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onFatal: (error: Error) => void;
};

/** Starts the configured consumers, listeners before speakers; returns how to stop them all. */
export async function startConsumers(deps: ConsumersDeps): Promise<() => Promise<void>> {
  const { config, metrics, key } = deps;
  const { governance, origin, roles } = config;
  const stops: (() => Promise<void>)[] = [];
  let channels: readonly Channel[] = [];
  if (roles.includes('alert')) {
    channels = createChannels(config, deps.clock);
    const { publicUrl } = config.http;
    const alert = await startAlertConsumer({
      ...deps,
      governance,
      channels,
      publicUrl,
      random: Math.random,
      onEnded: metrics.delivery,
    });
    stops.push(alert.stop);
  }
  if (roles.includes('detect')) {
    // Compiled once more in the thread; here so that what is wrong with a rule is said before anything starts.
    detectorsOf(config.rules);
    const judging = await createWorkerJudging({ governance, rules: config.rules });
    const detect = await startDetectConsumer({
      ...deps,
      judging,
      intake: GROUPS.ledger,
      metrics: {
        ...metrics,
        laneWaiting: (position) => {
          metrics.laneWaiting(position);
          deps.lane.tell(position);
        },
      },
    });
    stops.push(detect.stop);
  }
  if (roles.includes('ledger')) {
    const signerFor = (shard: number) => key.signer(`${origin}/${shard}`);
    const ledger = await startLedgerConsumer({
      ...deps,
      clickHouse: deps.store,
      signerFor,
      origin,
      metrics: metrics.ledger,
    });
    stops.push(ledger.stop);
  }
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
    await Promise.all(channels.map((channel) => channel.close()));
  };
}

import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Bus } from '../bus/bus.ts';
import { createKafkaBus } from '../bus/kafka/kafka-bus.ts';
import { createLocalLogBus } from '../bus/local-log/local-log-bus.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../core/clock.ts';
import { TOPICS } from '../core/topics.ts';
import { logDirectory } from './check-everything.ts';
import { GROUPS } from './start-consumers.ts';

/** Opens the configured bus with its topics there. Rejects with `bus.locked` when another process has the directory. */
export async function openBus(config: Config, log: Logger, clock: Clock): Promise<Bus> {
  const bus = await openAdapter(config, log, clock);
  try {
    await bus.ensureTopics(
      Object.values(TOPICS).map((topic) => ({
        topic,
        partitions: topic === TOPICS.deadLetters ? 1 : config.partitions,
        // Dead letters wait for a person; the rest is in the ledger once its consumers have read it.
        ...(config.bus.kind === 'local' && topic !== TOPICS.deadLetters
          ? { retentionBytes: config.bus.retentionBytes, groups: groupsOf(topic) }
          : {}),
      })),
    );
    return bus;
  } catch (error) {
    await bus.close();
    throw error;
  }
}

/** Also those of roles that another start runs: what they have not read is kept for them. */
function groupsOf(topic: string): readonly string[] {
  return Object.values(GROUPS)
    .filter((each) => each.topic === topic)
    .map(({ group }) => group);
}

function openAdapter(config: Config, log: Logger, clock: Clock): Promise<Bus> {
  if (config.bus.kind === 'local') {
    return createLocalLogBus({
      directory: logDirectory(config),
      clock,
      log,
      minFreeBytes: config.bus.minFreeBytes,
    });
  }
  const { brokers, tls, tlsCa, sasl } = config.bus;
  return createKafkaBus({
    brokers,
    clientId: `provost-${hostname()}-${process.pid}`,
    log,
    ...(tls ? { ssl: tlsCa === undefined ? true : { ca: tlsCa } } : {}),
    ...(sasl === undefined ? {} : { sasl }),
  });
}

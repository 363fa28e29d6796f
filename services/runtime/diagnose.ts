import { stat, statfs } from 'node:fs/promises';
import { createAddressPolicy } from '../alerts/channels/address-policy.ts';
import { explainUnreachable } from '../alerts/channels/explain-unreachable.ts';
import type { Diagnose, Diagnosis } from '../cli/doctor.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { createLedger } from '../ledger/create-ledger.ts';
import { openSigningKey } from '../ledger/signing-key.ts';
import { createChannels } from './create-channels.ts';
import { createLog } from './create-log.ts';
import { detectorsOf } from './detectors-of.ts';
import { openBus } from './open-bus.ts';
import { DATA_SETTING, openDirectory } from './open-directory.ts';
import { openStore } from './open-store.ts';
import { findService } from './running-service.ts';

const LOW_DISK_FACTOR = 4;
/** A clock before this is certainly wrong: the program is younger. */
const BUILT_AFTER = Date.UTC(2026, 0, 1);
const CLOCK_SLACK_MS = 5_000;

/**
 * Looks at everything that the service needs and changes nothing that is there; in a new directory it leaves the empty
 * log and tables that the first start would make.
 */
export function createDiagnose(
  environment: Readonly<Record<string, string | undefined>>,
): Diagnose {
  return async function* ({ data, config: configFile }) {
    const loaded = loadConfig(environment, {
      ...(data === undefined ? {} : { dataDirectory: data }),
      ...(configFile === undefined ? {} : { configFile }),
    });
    if (!loaded.ok) {
      for (const { message, at } of loaded.problem) {
        yield bad(
          'configuration',
          `${at ?? ''}: ${message}`,
          'docs/configuration.md explains every setting',
        );
      }
      return;
    }
    const config = loaded.value;
    yield good(
      'configuration',
      `${config.bus.kind} bus, ${config.clickhouse.kind} ClickHouse, roles ${config.roles.join(', ')}`,
    );
    yield await look(
      'channels',
      async () => `${createChannels(config, Date).length} channels are complete`,
      'correct the channels in the governance file',
    );
    yield* diagnoseWebhooks(config);
    yield await look(
      'rules',
      async () =>
        `${detectorsOf(config.rules).length} rules, ${config.rules.length} of them your own`,
      'correct the rule; "provost rules test" shows its tests',
    );
    const directory = await look(
      'data directory',
      async () => {
        await openDirectory(config.dataDirectory, DATA_SETTING);
        return config.dataDirectory;
      },
      'without it nothing else can be looked at',
    );
    yield directory;
    if (!directory.ok) return;
    yield await diagnoseDisk(config);
    yield await look(
      'signing key',
      () => describeKey(config),
      'the key must be a file that only its owner can read (chmod 600)',
    );
    const running = await findService(config.dataDirectory);
    if (running === undefined) yield* diagnoseParts(config);
    else
      yield good(
        'service',
        `runs as process ${running.pid} at ${running.url}; it holds the engine and the log`,
      );
    yield Date.now() > BUILT_AFTER
      ? good('clock', new Date().toISOString())
      : bad(
          'clock',
          `the system clock says ${new Date().toISOString()}`,
          'set the clock; time stamps are part of the evidence',
        );
  };
}

/** A refused address is final when it comes to an alert: say so before. */
async function* diagnoseWebhooks({ governance }: Config): AsyncIterable<Diagnosis> {
  for (const channel of governance.channels ?? []) {
    if (channel.kind !== 'webhook') continue;
    const { name, url, allowNetworks = [] } = channel;
    const reason = await explainUnreachable(url, createAddressPolicy(allowNetworks));
    yield reason === undefined
      ? good('webhook', `channel "${name}" leads to an address that webhooks may reach`)
      : bad(
          'webhook',
          `channel "${name}": ${reason}`,
          'correct its url, or name the network in its allowNetworks (docs/configuration.md)',
        );
  }
}

async function diagnoseDisk({ dataDirectory, bus }: Config): Promise<Diagnosis> {
  const { bavail, bsize } = await statfs(dataDirectory);
  const free = bavail * bsize;
  const floor = bus.kind === 'local' ? bus.minFreeBytes : 0;
  const text = `${Math.round(free / 1024 ** 2)} MiB free in ${dataDirectory}`;
  return free > floor * LOW_DISK_FACTOR
    ? good('disk', text)
    : bad(
        'disk',
        text,
        `below ${Math.round(floor / 1024 ** 2)} MiB new events are refused with 503; make room or set PROVOST_LOG_MIN_FREE_BYTES`,
      );
}

async function* diagnoseParts(config: Config): AsyncIterable<Diagnosis> {
  const log = createLog('silent');
  yield await look(
    'bus',
    async () => {
      const bus = await openBus(config, log, Date);
      await bus.close();
      return config.bus.kind === 'local'
        ? 'the durable log opens'
        : `reached ${config.bus.brokers.join(', ')}`;
    },
    config.bus.kind === 'local'
      ? 'is another process using the directory? the message names it'
      : 'check PROVOST_KAFKA_BROKERS, TLS and SASL settings',
  );
  let newest: string | undefined;
  yield await look(
    'engine',
    async () => {
      const store = await openStore(config);
      try {
        const ledger = createLedger({ clickHouse: store, verifierKeys: [], origin: config.origin });
        const shards = await ledger.shards();
        const sizes = await Promise.all(shards.map((shard) => ledger.size(shard)));
        for (const shard of shards) {
          const signedAt = (await ledger.latestCheckpoint(shard))?.signedAt;
          if (signedAt !== undefined && (newest === undefined || signedAt > newest))
            newest = signedAt;
        }
        return `${sizes.reduce((sum, size) => sum + size, 0)} entries in ${shards.length} shards`;
      } finally {
        await store.close();
      }
    },
    config.clickhouse.kind === 'embedded'
      ? 'is another process using the directory?'
      : 'check PROVOST_CLICKHOUSE_URL and its account',
  );
  if (newest !== undefined && Date.parse(newest) > Date.now() + CLOCK_SLACK_MS) {
    yield bad(
      'clock',
      `the newest checkpoint is from ${newest}, which is in the future`,
      'set the clock; it has gone back since the last checkpoint',
    );
  }
}

async function describeKey(config: Config): Promise<string> {
  try {
    await stat(config.signingKeyFile);
  } catch {
    return `${config.signingKeyFile} will be created on the first start`;
  }
  const key = await openSigningKey(config.signingKeyFile);
  return key.verifierKey(config.origin);
}

async function look(
  check: string,
  work: () => Promise<string>,
  advice: string,
): Promise<Diagnosis> {
  try {
    return good(check, await work());
  } catch (error) {
    return bad(check, error instanceof Error ? error.message : String(error), advice);
  }
}

function good(check: string, detail: string): Diagnosis {
  return { check, ok: true, detail };
}

function bad(check: string, detail: string, advice: string): Diagnosis {
  return { check, ok: false, detail, advice };
}

import { randomBytes, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { createAlertBook } from '../alerts/alert-book.ts';
import type { ApiApp } from '../api/api-app.ts';
import { createApp } from '../api/app.ts';
import type { ReadinessCheck } from '../api/ports.ts';
import { createBaselines } from '../baselines/baselines.ts';
import type { Bus } from '../bus/bus.ts';
import type { Config } from '../config/config.ts';
import { projectMatchers } from '../config/project-matchers.ts';
import type { Clock } from '../core/clock.ts';
import { FatalError, ProvostError } from '../core/errors.ts';
import { projectOfRepository } from '../core/project-of.ts';
import { TOPICS } from '../core/topics.ts';
import { createExports } from '../exports/exports.ts';
import { createLedger } from '../ledger/create-ledger.ts';
import { createTokenStore } from '../ledger/create-token-store.ts';
import { formerKeysFile, listVerifierKeys, missingKeys } from '../ledger/former-keys.ts';
import { openSigningKey } from '../ledger/signing-key.ts';
import { createAudits } from '../reports/audits.ts';
import { ensureAdminToken } from './admin-token.ts';
import { startAuditSchedule } from './audit-schedule.ts';
import { checkEverything } from './check-everything.ts';
import { createServiceMetrics } from './create-metrics.ts';
import { drainConsumers } from './drain-consumers.ts';
import { createLaneLag } from './lane-lag.ts';
import { openBus } from './open-bus.ts';
import { DATA_SETTING, openDirectory } from './open-directory.ts';
import { openStore } from './open-store.ts';
import { createEventPublisher } from './publish-event.ts';
import { readVersion } from './read-version.ts';
import { registeredSources } from './registered-sources.ts';
import { announceService, withdrawService } from './running-service.ts';
import { GROUPS, startConsumers } from './start-consumers.ts';

export type ServiceOptions = {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  /** False leaves the application without a socket: requests are injected. */
  readonly listen: boolean;
  /** Something is in a state that nobody knows; the process has to end. */
  readonly onFatal: (error: Error) => void;
};

export type Service = {
  /** Address of the API; undefined when it does not listen. */
  readonly url: string | undefined;
  readonly app: ApiApp;
  readonly verifierKeys: readonly string[];
  /** Path of the administrator's token when this start made it. */
  readonly newAdminToken: string | undefined;
  /** Resolves when everything that was accepted has passed every consumer of this process. */
  readonly drain: (fatal: () => Error | undefined) => Promise<void>;
  /** Refuses new work, lets the rest finish, and closes everything. Idempotent. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts the roles of the configuration. Whatever was opened is closed again when a later part does not start. A
 * second start on the same data directory rejects with `bus.locked`.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const closers: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= closeAll(closers);
    return stopping;
  };
  try {
    return await open(options, closers, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function open(
  { config, log, clock, listen, onFatal }: ServiceOptions,
  closers: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<Service> {
  await openDirectory(config.dataDirectory, DATA_SETTING);
  const bus = await openBus(config, log, clock);
  closers.push(bus.close);
  const store = await openStore(config);
  closers.push(store.close);

  const key = await openSigningKey(config.signingKeyFile);
  const { origin } = config;
  const shards = Array.from(
    { length: await bus.partitionCount(TOPICS.events) },
    (_, shard) => shard,
  );
  const { signingKeyFile } = config;
  const verifierKeys = await listVerifierKeys({
    origin,
    names: [origin, ...shards.map((shard) => `${origin}/${shard}`)],
    signingKeyFile,
    current: key.verifierKey,
  });
  const keyList = join(config.dataDirectory, 'verifier-keys.txt');
  for (const former of await missingKeys(keyList, origin, verifierKeys)) {
    log.warn(
      { key: former, file: formerKeysFile(signingKeyFile) },
      'the signing key is another one than at the last start: if you replaced it, add the former public key to the file, or what it signed does not verify',
    );
  }
  await writeFile(keyList, `${verifierKeys.join('\n')}\n`);
  const ledger = createLedger({ clickHouse: store, verifierKeys, origin });
  const tokenStore = createTokenStore(store);
  const groups = Object.values(GROUPS);
  const metrics = createServiceMetrics(bus, groups);
  const lane = createLaneLag(ledger);
  const publish = createEventPublisher(bus);
  const newId = randomUUID;
  const audits = createAudits({
    ledger,
    keys: verifierKeys,
    clock,
    newId,
    directory: join(config.dataDirectory, 'reports'),
    publicUrl: config.http.publicUrl,
    publish,
  });

  const projects = projectMatchers(config.governance);

  // Consumers start before the API: whoever speaks finds its listener there.
  closers.push(
    await startConsumers({
      config,
      bus,
      store,
      ledger,
      key,
      verifierKeys,
      metrics,
      lane,
      clock,
      log,
      onFatal,
    }),
  );

  const app = createApp({
    config: {
      version: readVersion(),
      verifierKeys,
      shards: shards.length,
      projects,
      sources: registeredSources(config.governance),
      consumers: groups,
      healthOnly: !config.roles.includes('api'),
      publicMetrics: config.http.publicMetrics,
      publicUrl: config.http.publicUrl,
    },
    clock,
    newId,
    randomBytes,
    log,
    metrics: metrics.registry,
    bus,
    laneLag: lane.read,
    ledger: { ...ledger, fsck: checkEverything(config, ledger.fsck) },
    tokenStore,
    alertBook: createAlertBook({ ledger, clock, newId, publish }),
    baselines: createBaselines({
      ledger,
      clock,
      newId,
      publish,
      governance: config.governance,
      projectOf: (repository) => projectOfRepository(repository, projects),
    }),
    audits,
    exports: createExports({
      ledger,
      signer: key.signer(origin),
      clock,
      newId,
      directory: join(config.dataDirectory, 'exports'),
      findReport: audits.find,
      publish,
    }),
    checkReadiness: () => checkReadiness(bus, () => ledger.shards()),
  });
  closers.push(async () => {
    await app.close();
  });
  await app.ready();
  const newAdminToken = config.roles.includes('api')
    ? await ensureAdminToken({ dataDirectory: config.dataDirectory, tokenStore, clock })
    : undefined;
  let url: string | undefined;
  if (listen) {
    await listenAt(app, config.http);
    url = localUrl(app);
    await announceService(config.dataDirectory, url);
    closers.push(() => withdrawService(config.dataDirectory));
    closers.push(startAuditSchedule({ config, clock, audits, log }));
  }
  return {
    url,
    app,
    verifierKeys,
    newAdminToken,
    drain: (fatal) => drainConsumers({ bus, groups, lane, fatal }),
    stop,
  };
}

async function checkReadiness(
  bus: Bus,
  readLedger: () => Promise<unknown>,
): Promise<readonly ReadinessCheck[]> {
  const check = async (name: string, work: Promise<unknown>): Promise<ReadinessCheck> => {
    try {
      await work;
      return { name, ok: true };
    } catch (error) {
      if (error instanceof FatalError) throw error;
      return { name, ok: false };
    }
  };
  return Promise.all([
    check('bus', bus.partitionCount(TOPICS.events)),
    check('ledger', readLedger()),
  ]);
}

async function listenAt(app: ApiApp, { host, port }: Config['http']): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new ProvostError(
        'service.running',
        `something else listens on ${host}:${port}: stop it, or set PROVOST_PORT`,
        { cause },
      );
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new ProvostError(
        'config.invalid',
        `cannot listen on ${host}:${port} (${code}): set PROVOST_HOST and PROVOST_PORT`,
        { cause },
      );
    throw cause;
  }
}

/** Last opened, first closed; a failure of one does not keep the others open, and the first is reported. */
async function closeAll(closers: (() => Promise<void>)[]): Promise<void> {
  let failure: unknown;
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
    try {
      await close();
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
}

function localUrl(app: ApiApp): string {
  const address = app.server.address();
  if (address === null || typeof address === 'string')
    throw new Error('expected a listening TCP socket');
  const everywhere = address.address === '0.0.0.0' || address.address === '::';
  const host = everywhere
    ? '127.0.0.1'
    : address.family === 'IPv6'
      ? `[${address.address}]`
      : address.address;
  return `http://${host}:${address.port}`;
}

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { Registry } from 'prom-client';
import type { AlertBook } from '../../services/alerts/alert-book.ts';
import type { ApiApp } from '../../services/api/api-app.ts';
import { createApp } from '../../services/api/app.ts';
import type { TokenRole } from '../../services/api/auth/roles.ts';
import { mintToken } from '../../services/api/auth/token.ts';
import type { ApiConfig, ApiDeps, Audits, Exports } from '../../services/api/ports.ts';
import type { AlertView } from '../../services/api/schemas/alert.ts';
import { createBaselines } from '../../services/baselines/baselines.ts';
import type { OutgoingRecord } from '../../services/bus/bus.ts';
import { ProvostError, problem } from '../../services/core/errors.ts';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import { validateAcceptedEvent } from '../../services/core/events/validate-event.ts';
import { parseJson } from '../../services/core/json/parse-json.ts';
import { fail, ok } from '../../services/core/outcome.ts';
import { projectOfRepository } from '../../services/core/project-of.ts';
import type { StoredToken, TokenStore } from '../../services/ledger/token-store.ts';
import { createMemoryLedger, type MemoryLedger } from '../fakes/memory-ledger.ts';
import { createMemoryTokenStore } from '../fakes/memory-token-store.ts';

export const START = Date.parse('2026-03-01T12:00:00Z');
export const REGISTRY = {
  name: 'harbour',
  uri: 'https://registry.test',
  trust: 'authenticated',
} as const;

/** The whole app over small real ports, with the strings that a test pulls. */
export type ApiHarness = {
  readonly app: ApiApp;
  readonly clock: { now: () => number; advance: (milliseconds: number) => void };
  readonly ledger: MemoryLedger;
  readonly bus: RecordingBus;
  readonly tokens: WatchedTokenStore;
  readonly logged: { readonly fields: object; readonly message: string }[];
  readonly alerts: Map<string, AlertView>;
  /** A token with these roles, known to the app from the next request on. */
  readonly issue: (roles: readonly TokenRole[], options?: Partial<StoredToken>) => Promise<string>;
};

export type RecordingBus = {
  readonly records: { readonly topic: string; readonly record: OutgoingRecord }[];
  /** What the bus throws from now on; undefined ends it. */
  outage: ProvostError | undefined;
};

/** Counts how often it is read, and can be away. */
type WatchedTokenStore = TokenStore & { reads: number; outage: boolean };

/** `replace` puts other ports in place of the small ones. */
export async function createHarness(
  config: Partial<ApiConfig> = {},
  replace: (ports: Pick<ApiHarness, 'ledger' | 'clock'>) => Partial<ApiDeps> = () => ({}),
): Promise<ApiHarness> {
  let now = START;
  const clock = {
    now: () => now,
    advance: (milliseconds: number) => {
      now += milliseconds;
    },
  };
  const bus: RecordingBus = { records: [], outage: undefined };
  const tokens = createWatchedTokenStore();
  const { privateKey } = generateKeyPairSync('ed25519');
  const ledger = createMemoryLedger({ origin: 'provost.test/log', privateKey, clock });
  const alerts = new Map<string, AlertView>();
  const logged: { fields: object; message: string }[] = [];
  const log = (fields: object, message: string) => {
    logged.push({ fields, message });
  };
  let ids = 0;
  const deps: ApiDeps = {
    config: {
      version: '0.0.0-test',
      verifierKeys: [ledger.verifierKey(0)],
      shards: 4,
      projects: [],
      sources: [REGISTRY],
      consumers: [{ topic: 'provost.events', group: 'ledger' }],
      healthOnly: false,
      publicMetrics: false,
      publicUrl: undefined,
      ...config,
    },
    clock,
    newId: () => `id-${ids++}`,
    randomBytes: (size) => randomBytes(size),
    log: { info: log, warn: log, error: log },
    metrics: new Registry(),
    bus: {
      publish: async (topic, records) => {
        if (bus.outage !== undefined) throw bus.outage;
        for (const record of records) bus.records.push({ topic, record });
        return records.map((_record, index) => ({ partition: 0, offset: BigInt(index) }));
      },
      lag: async () => [{ partition: 0, acknowledged: 3n, end: 5n, lag: 2n }],
    },
    laneLag: async () => [{ topic: 'provost.ledger', group: 'lane', partition: 0, lag: 7 }],
    ledger,
    tokenStore: tokens,
    alertBook: createMemoryAlertBook(alerts),
    baselines: createBaselines({
      ledger,
      clock,
      newId: () => `id-${ids++}`,
      governance: {},
      projectOf: (repository) => projectOfRepository(repository, config.projects ?? []),
      publish: async (event) => {
        if (bus.outage !== undefined) throw bus.outage;
        await ledger.writer(0).append([event]);
      },
    }),
    audits: createMemoryAudits(),
    exports: createMemoryExports(),
    checkReadiness: async () => [{ name: 'bus', ok: bus.outage === undefined }],
    ...replace({ ledger, clock }),
  };
  const app = createApp(deps);
  await app.ready();
  return {
    app,
    clock,
    ledger,
    bus,
    tokens,
    logged,
    alerts,
    issue: async (roles, options = {}) => {
      const minted = mintToken((size) => randomBytes(size));
      await tokens.put({
        id: minted.id,
        name: `${roles.join('-')}-${minted.id}`,
        hash: minted.hash,
        roles,
        source: '',
        createdAt: new Date(now).toISOString(),
        ...options,
      });
      // Beyond the list's freshness, so that the next request reads it again.
      clock.advance(6_000);
      return minted.token;
    },
  };
}

/** The accepted events on the bus, validated as a consumer would. */
export function publishedEvents(bus: RecordingBus, topic = 'provost.events'): ProvostEvent[] {
  return bus.records
    .filter((published) => published.topic === topic)
    .map(({ record }) => {
      const parsed = parseJson(record.value);
      const event = parsed.ok ? validateAcceptedEvent(parsed.value) : parsed;
      if (!event.ok)
        throw new Error(`a record that no consumer could read: ${event.problem.message}`);
      return event.value;
    });
}

function createWatchedTokenStore(): WatchedTokenStore {
  const tokens = createMemoryTokenStore();
  const store: WatchedTokenStore = {
    ...tokens,
    reads: 0,
    outage: false,
    all: async () => {
      store.reads++;
      if (store.outage)
        throw new ProvostError('ledger.unavailable', 'tokens: host db.internal is down');
      return await tokens.all();
    },
  };
  return store;
}

function createMemoryAlertBook(alerts: Map<string, AlertView>): AlertBook {
  return {
    list: async ({ project, status, limit }) => {
      const found = [...alerts.values()]
        .filter((alert) => project === undefined || alert.project === project)
        .filter((alert) => status === undefined || alert.status === status);
      return ok({ alerts: found.slice(0, limit) });
    },
    find: async (alertId) => alerts.get(alertId),
    incident: async (incidentId) => {
      const members = [...alerts.values()].filter((alert) => alert.incidentId === incidentId);
      const [first] = members;
      return (
        first && { incidentId, project: first.project, openedAt: first.openedAt, alerts: members }
      );
    },
    decide: async (decision) => {
      const alert = alerts.get(decision.alertId);
      if (alert === undefined) return fail(problem('alert.not-found', 'no such alert'));
      if (alert.status === 'resolved') {
        return fail(problem('alert.transition', 'expected an open alert, received a resolved one'));
      }
      const status = (
        { acknowledge: 'acknowledged', resolve: 'resolved', suppress: 'suppressed' } as const
      )[decision.kind];
      const item = { at: alert.updatedAt, type: `alert.${status}`, by: decision.by };
      const decided = { ...alert, status, history: [...alert.history, item] };
      alerts.set(alert.alertId, decided);
      return ok(decided);
    },
  };
}

function createMemoryAudits(): Audits {
  const report = {
    auditId: 'audit-1',
    completedAt: '2026-03-01T12:00:00Z',
    checks: 4,
    deviations: 1,
    json: '{"model":true}',
    html: '<!doctype html><title>Audit</title>',
  };
  return {
    run: async ({ project, from, to }) => ok({ ...report, project, from, to }),
    find: async (auditId) =>
      auditId === report.auditId ? { ...report, project: 'lab', from: 'a', to: 'b' } : undefined,
  };
}

function createMemoryExports(): Exports {
  return {
    create: async ({ project }) =>
      project === 'empty'
        ? fail(problem('export.empty', 'nothing in that period'))
        : ok({
            exportId: 'export-1',
            digest: `sha256:${'00'.repeat(32)}`,
            entries: 2,
            size: 4,
            content: Readable.from([Buffer.from('PK\u0003\u0004')]),
          }),
  };
}

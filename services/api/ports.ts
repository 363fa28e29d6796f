import type { Readable } from 'node:stream';
import type { Registry } from 'prom-client';
import type { AlertBook } from '../alerts/alert-book.ts';
import type { Baselines } from '../baselines/baselines.ts';
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../core/clock.ts';
import type { Trust } from '../core/events/event.ts';
import type { Outcome } from '../core/outcome.ts';
import type { ProjectMatcher } from '../core/project-of.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { TokenStore } from '../ledger/token-store.ts';

/** Everything that the API needs from outside; the composition root fills it in. */
export type ApiDeps = {
  readonly config: ApiConfig;
  readonly clock: Clock;
  /** Unique text for event ids, e.g. a UUID. */
  readonly newId: () => string;
  /** Cryptographically secure random bytes, for new tokens. */
  readonly randomBytes: (size: number) => Uint8Array;
  readonly log: ApiLog;
  readonly metrics: Registry;
  readonly bus: Pick<Bus, 'publish' | 'lag'>;
  /** What waits for the second lane, which is no group of the bus; empty when another process runs it. */
  readonly laneLag: () => Promise<
    readonly {
      readonly topic: string;
      readonly group: string;
      readonly partition: number;
      readonly lag: number;
    }[]
  >;
  readonly ledger: Pick<
    Ledger,
    | 'shards'
    | 'size'
    | 'entry'
    | 'search'
    | 'latestCheckpoint'
    | 'checkpointCovering'
    | 'checkpoints'
    | 'inclusionProof'
    | 'consistencyProof'
    | 'tagHistory'
    | 'fsck'
  >;
  readonly tokenStore: TokenStore;
  readonly alertBook: AlertBook;
  readonly baselines: Baselines;
  readonly audits: Audits;
  readonly exports: Exports;
  /** What must work before traffic is welcome; an empty list is ready. */
  readonly checkReadiness: () => Promise<readonly ReadinessCheck[]>;
};

/** The API's own slice of the configuration. */
export type ApiConfig = {
  readonly version: string;
  /** Verifier keys (C2SP vkey texts) of the checkpoints, the current ones first, then those before them. */
  readonly verifierKeys: readonly string[];
  /** Shards that the ledger can have, whether they have entries yet or not. */
  readonly shards: number;
  readonly projects: readonly ProjectMatcher[];
  readonly sources: readonly RegisteredSource[];
  /** Consumer groups whose lag the status shows. */
  readonly consumers: readonly { readonly topic: string; readonly group: string }[];
  /** Only health and metrics, for a process without the api role. */
  readonly healthOnly: boolean;
  /** Lets `/metrics` be read without a token. */
  readonly publicMetrics: boolean;
  /** How the service is reached from outside, for the API reference; relative when undefined. */
  readonly publicUrl: string | undefined;
};

/** A producer of the governance file: name, CloudEvents `source` and how far its word is believed. */
export type RegisteredSource = {
  readonly name: string;
  readonly uri: string;
  readonly trust: Trust;
};

export type ApiLog = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
};

/** A project and a period, from ≤ time < to, RFC 3339, and who asks. */
type PeriodRequest = {
  readonly project: string;
  readonly from: string;
  readonly to: string;
  readonly by: string;
};

export type Audits = {
  /** Runs the audit to its end and keeps the report. */
  readonly run: (request: PeriodRequest) => Promise<Outcome<AuditReport>>;
  readonly find: (auditId: string) => Promise<AuditReport | undefined>;
};

type AuditReport = {
  readonly auditId: string;
  readonly project: string;
  readonly from: string;
  readonly to: string;
  readonly completedAt: string;
  readonly checks: number;
  readonly deviations: number;
  /** The report's model as JSON text, and the page for people. */
  readonly json: string;
  readonly html: string;
};

export type Exports = {
  /**
   * Builds the signed pack whole before it hands over the first byte, and records that it left the house. `auditId`
   * names the audit of the same project and period whose report goes with it.
   */
  readonly create: (
    request: PeriodRequest & { readonly auditId?: string },
  ) => Promise<Outcome<CompliancePack>>;
};

type CompliancePack = {
  readonly exportId: string;
  /** `sha256:…` of the zip. */
  readonly digest: string;
  readonly entries: number;
  /** Bytes of the zip. */
  readonly size: number;
  /** The zip; destroyed when the caller goes away, so that a file behind it can be let go on `close`. */
  readonly content: Readable;
};

export type ReadinessCheck = { readonly name: string; readonly ok: boolean };

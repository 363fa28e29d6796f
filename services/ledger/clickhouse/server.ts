import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { ClickHouse } from './click-house.ts';
import { createClientLane } from './client-lane.ts';

/** A ClickHouse server or cluster over HTTP. */
export type ServerOptions = {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  /** Waits for a majority of replicas on every insert, and reads only what they have. */
  readonly replicated: boolean;
  readonly requestTimeoutMs?: number;
  /** PEM; without it the system's certificate authorities count. */
  readonly certificateAuthority?: Uint8Array;
};

/** Creates the database where it is missing; the client keeps a pool of connections of its own, so one lane does. */
export async function openServer(options: ServerOptions): Promise<readonly ClickHouse[]> {
  const { database, replicated, certificateAuthority } = options;
  const shared = {
    url: options.url,
    username: options.username,
    password: options.password,
    request_timeout: options.requestTimeoutMs ?? 30_000,
    compression: { request: true, response: true },
    // Its lines are no JSON and may quote statements; what failed is thrown, and logged by whoever catches it.
    log: { level: ClickHouseLogLevel.OFF },
    ...(certificateAuthority === undefined
      ? {}
      : { tls: { ca_cert: Buffer.from(certificateAuthority) } }),
  };
  const admin = createClient(shared);
  try {
    await admin.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}` });
  } finally {
    await admin.close();
  }
  const client = createClient({
    ...shared,
    database,
    clickhouse_settings: {
      // The status line then tells the truth: no error can follow a 200.
      wait_end_of_query: 1,
      // An insert that is acknowledged from a buffer is not durable.
      async_insert: 0,
      ...(replicated
        ? { insert_quorum: 'auto', insert_quorum_parallel: 0, select_sequential_consistency: '1' }
        : {}),
    },
  });
  return [createClientLane(client)];
}

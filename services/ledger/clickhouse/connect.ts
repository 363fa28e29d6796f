import { Readable } from 'node:stream';
import { type ClickHouseClient, type ClickHouseSettings, createClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import { ProvostError } from '../../core/errors.ts';
import type { ClickHouse, SqlParameters } from './click-house.ts';

/** Where the ledger's tables live. */
export type ClickHouseOptions =
  | {
      readonly kind: 'embedded';
      /** One process a directory: the engine locks it. */
      readonly directory: string;
      readonly database: string;
    }
  | {
      readonly kind: 'server';
      readonly url: string;
      readonly username: string;
      readonly password: string;
      readonly database: string;
      /** Waits for a majority of replicas on every insert, and reads what they have. */
      readonly replicated: boolean;
      readonly requestTimeoutMs?: number;
      /** PEM; without it the system's certificate authorities count. */
      readonly certificateAuthority?: Uint8Array;
    };

const DATABASE_NAME = /^[a-z][a-z0-9_]{0,62}$/;
// The embedded engine runs one statement at a time a connection: with one lane a long search would hold up commits.
const EMBEDDED_LANES = 4;

type InjectedConnection = NonNullable<
  NonNullable<Parameters<typeof createClient>[0]>['connection']
>;

type Lane = { readonly client: ClickHouseClient; busy: number };

/**
 * Opens the store and creates its database where it is missing. Rejects with `ledger.unavailable` when it cannot be
 * reached, or when another process holds the directory.
 */
export async function connectClickHouse(options: ClickHouseOptions): Promise<ClickHouse> {
  if (!DATABASE_NAME.test(options.database)) {
    throw new ProvostError(
      'config.invalid',
      `expected a database name of lower-case letters, digits and underscores, received ${JSON.stringify(options.database)}`,
    );
  }
  const lanes: Lane[] =
    options.kind === 'embedded'
      ? await openEmbedded(options.directory, options.database)
      : await openServer(options);
  return overLanes(lanes);
}

async function openEmbedded(directory: string, database: string): Promise<Lane[]> {
  return guarded('open the embedded engine', async () => {
    const lanes: Lane[] = [];
    for (let i = 0; i < EMBEDDED_LANES; i++) {
      // The two packages carry their own copies of one interface, whose classes differ in name only.
      const connection = createChdbConnection({ path: directory }) as unknown as InjectedConnection;
      const client = createClient({ connection });
      // An identifier cannot be bound here; the name was checked against a pattern.
      if (i === 0) await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}` });
      await client.command({ query: `USE ${database}` });
      lanes.push({ client, busy: 0 });
    }
    return lanes;
  });
}

async function openServer(
  options: Extract<ClickHouseOptions, { kind: 'server' }>,
): Promise<Lane[]> {
  const shared = {
    url: options.url,
    username: options.username,
    password: options.password,
    request_timeout: options.requestTimeoutMs ?? 30_000,
    compression: { request: true, response: true },
    ...(options.certificateAuthority === undefined
      ? {}
      : { tls: { ca_cert: Buffer.from(options.certificateAuthority) } }),
  };
  const settings: ClickHouseSettings = {
    // The status line then tells the truth: an error cannot follow a 200.
    wait_end_of_query: 1,
    async_insert: 0,
    ...(options.replicated
      ? { insert_quorum: 'auto', insert_quorum_parallel: 0, select_sequential_consistency: '1' }
      : {}),
  };
  return guarded('reach ClickHouse', async () => {
    const admin = createClient(shared);
    try {
      await admin.command({ query: `CREATE DATABASE IF NOT EXISTS ${options.database}` });
    } finally {
      await admin.close();
    }
    const client = createClient({
      ...shared,
      database: options.database,
      clickhouse_settings: settings,
      keep_alive: { enabled: true },
    });
    return [{ client, busy: 0 }];
  });
}

function overLanes(lanes: readonly Lane[]): ClickHouse {
  const run = async <T>(what: string, work: (client: ClickHouseClient) => Promise<T>) => {
    const lane = lanes.reduce((best, next) => (next.busy < best.busy ? next : best));
    lane.busy++;
    try {
      return await guarded(what, () => work(lane.client));
    } finally {
      lane.busy--;
    }
  };
  return {
    rows: <Row>(sql: string, parameters?: SqlParameters) =>
      run('query', async (client) => {
        const result = await client.query({
          query: sql,
          format: 'JSONEachRow',
          ...bound(parameters),
        });
        return result.json<Row>();
      }),
    bytes: (sql, parameters) =>
      run('query', async (client) => {
        const { stream } = await client.exec({ query: sql, ...bound(parameters) });
        return collect(stream);
      }),
    insert: (into, rows) =>
      run('insert', async (client) => {
        if (rows.length === 0) return;
        // One string: a chunk border inside a character would lose it in the embedded connection.
        const values = Readable.from([rows.join('')]);
        const { stream } = await client.exec({ query: `INSERT INTO ${into} FORMAT TSV`, values });
        await collect(stream);
      }),
    command: (sql, parameters) =>
      run('command', async (client) => {
        await client.command({ query: sql, ...bound(parameters) });
      }),
    close: async () => {
      await Promise.all(lanes.map((lane) => lane.client.close()));
    },
  };
}

function bound(parameters: SqlParameters | undefined) {
  return parameters === undefined ? {} : { query_params: { ...parameters } };
}

async function collect(stream: AsyncIterable<unknown>): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

async function guarded<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProvostError) throw error;
    const said = describe(what, error);
    throw new ProvostError(
      'ledger.unavailable',
      `could not ${what}: ${said}`,
      what === 'insert' ? undefined : { cause: error },
    );
  }
}

/** The engine quotes the rows that it could not read, and a row is somebody's payload: of an insert only codes pass. */
function describe(what: string, error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown error';
  const { code } = error as { code?: unknown };
  const known = typeof code === 'string' ? `${error.name} ${code}` : error.name;
  return what === 'insert' ? known : `${known}: ${error.message.slice(0, 300)}`;
}

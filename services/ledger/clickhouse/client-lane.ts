import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';
import { type ClickHouse, INSERT_SETTINGS } from './click-house.ts';

const SETTINGS = Object.entries(INSERT_SETTINGS)
  .map(([name, value]) => `${name} = ${value}`)
  .join(', ');

/** {@link ClickHouse} on one client; its errors are the client's own. */
export function createClientLane(client: ClickHouseClient): ClickHouse {
  return {
    rows: async <Row>(query: string, query_params?: Readonly<Record<string, unknown>>) => {
      const result = await client.query({ query, format: 'JSONEachRow', ...bound(query_params) });
      return result.json<Row>();
    },
    bytes: async (query, query_params) => {
      const { stream } = await client.exec({ query, ...bound(query_params) });
      return collect(stream);
    },
    insert: async ({ table, columns }, rows) => {
      const query = `INSERT INTO ${table} (${columns.join(', ')}) SETTINGS ${SETTINGS} FORMAT TSV`;
      const { stream } = await client.exec({ query, values: Readable.from([rows]) });
      await collect(stream);
    },
    command: async (query, query_params) => {
      await client.command({ query, ...bound(query_params) });
    },
    close: () => client.close(),
  };
}

function bound(parameters: Readonly<Record<string, unknown>> | undefined) {
  return parameters === undefined ? {} : { query_params: { ...parameters } };
}

async function collect(stream: AsyncIterable<unknown>): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

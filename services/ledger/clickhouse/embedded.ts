import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import { type ClickHouse, INSERT_SETTINGS, type SqlParameters } from './click-house.ts';
import { createClientLane } from './client-lane.ts';

// The engine runs one statement at a time a connection: with one lane a long search would hold up commits.
const LANES = 4;

const INTEGER_PLACE = /\{(\w+):(U?Int(?:8|16|32|64))\}/g;

type InjectedConnection = NonNullable<
  NonNullable<Parameters<typeof createClient>[0]>['connection']
>;

/** Opens the engine on its directory, several times over, since connections of one process share it. */
export async function openEmbedded(
  directory: string,
  database: string,
): Promise<readonly ClickHouse[]> {
  const lanes: ClickHouse[] = [];
  for (let i = 0; i < LANES; i++) {
    const connection = createChdbConnection({ path: directory });
    const client = createClient({
      // Two packages carry copies of one interface, whose classes differ in name only.
      connection: connection as unknown as InjectedConnection,
      log: { level: ClickHouseLogLevel.OFF },
    });
    const lane = createClientLane(client);
    if (i === 0) await lane.command(`CREATE DATABASE IF NOT EXISTS ${database}`);
    await lane.command(`USE ${database}`);
    lanes.push({
      rows: <Row>(sql: string, parameters?: SqlParameters) =>
        lane.rows<Row>(...bindIntegers(sql, parameters)),
      bytes: (sql, parameters) => lane.bytes(...bindIntegers(sql, parameters)),
      command: (sql, parameters) => lane.command(...bindIntegers(sql, parameters)),
      // The client would turn the body into one string and back.
      insert: async ({ table, columns }, rows) => {
        await connection.chdb.rawInsert({
          table,
          columns: [...columns],
          values: Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength),
          format: 'TSV',
          settings: INSERT_SETTINGS,
        });
      },
      close: () => client.close(),
    });
  }
  return lanes;
}

/**
 * Binds the integers here and leaves every other value to the engine. Statements with bound values run one after
 * the other in the whole process (the engine keeps them in a global place), and the reads of a commit, which need
 * nothing but integers, must not queue behind somebody's search.
 */
function bindIntegers(
  sql: string,
  parameters: SqlParameters | undefined,
): [sql: string, parameters?: SqlParameters] {
  if (parameters === undefined) return [sql];
  const left: Record<string, unknown> = { ...parameters };
  const statement = sql.replace(INTEGER_PLACE, (place, name: string, type: string) => {
    const value = parameters[name];
    if (!Number.isSafeInteger(value)) return place;
    delete left[name];
    return `to${type}(${value})`;
  });
  return Object.keys(left).length === 0 ? [statement] : [statement, left];
}

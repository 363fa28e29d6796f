import { ProvostError } from '../../services/core/errors.ts';
import type { ClickHouse, InsertTarget } from '../../services/ledger/clickhouse/click-house.ts';

/** What happens to the insert that is hit: nothing is stored, half of its rows are, or all of them. */
type Persisted = 'nothing' | 'half' | 'everything';

/** Which insert is hit: the nth (from 0) into a table. */
export type CrashPoint = {
  readonly table: InsertTarget['table'];
  readonly nth: number;
  readonly persisted: Persisted;
};

/** A store whose process dies at one insert: from then on every statement rejects. */
export function createFaultyClickHouse(
  inner: ClickHouse,
  crash: CrashPoint,
): ClickHouse & { readonly crashed: () => boolean; readonly inserts: () => number } {
  let seen = 0;
  let inserts = 0;
  let dead = false;
  const alive = async <T>(work: () => Promise<T>): Promise<T> => {
    if (dead) throw new ProvostError('ledger.unavailable', 'the test has cut the connection');
    return work();
  };
  return {
    crashed: () => dead,
    /** Inserts that were asked for. */
    inserts: () => inserts,
    rows: <Row>(sql: string, parameters?: Readonly<Record<string, unknown>>) =>
      alive(() => inner.rows<Row>(sql, parameters)),
    bytes: (sql, parameters) => alive(() => inner.bytes(sql, parameters)),
    command: (sql, parameters) => alive(() => inner.command(sql, parameters)),
    insert: (target, rows) =>
      alive(async () => {
        inserts++;
        if (target.table !== crash.table || seen++ !== crash.nth) return inner.insert(target, rows);
        dead = true;
        await inner.insert(target, persistedPart(rows, crash.persisted));
        throw new ProvostError('ledger.unavailable', 'the test has cut the connection');
      }),
    close: async () => {},
  };
}

function persistedPart(rows: Uint8Array, persisted: Persisted): Uint8Array {
  switch (persisted) {
    case 'nothing':
      return new Uint8Array();
    case 'everything':
      return rows;
    case 'half':
      return everySecondRow(rows);
  }
}

/** Leaves holes, which is the worst that a torn insert can do. */
function everySecondRow(rows: Uint8Array): Uint8Array {
  const lines = Buffer.from(rows).toString('utf8').split('\n').slice(0, -1);
  return Buffer.from(
    lines
      .filter((_, at) => at % 2 === 0)
      .map((line) => `${line}\n`)
      .join(''),
  );
}

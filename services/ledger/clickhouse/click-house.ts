/** Values for the `{name:Type}` places of a statement; they never become part of its text. */
export type SqlParameters = Readonly<Record<string, unknown>>;

/**
 * What the ledger needs of ClickHouse, the same for the embedded engine and for a server. Everything rejects with
 * `ProvostError` `ledger.unavailable` when the statement did not succeed; whether an insert that rejected has
 * stored its rows is unknown.
 */
export type ClickHouse = {
  /** Rows of a SELECT as objects. 64-bit integers may arrive as strings. */
  readonly rows: <Row>(sql: string, parameters?: SqlParameters) => Promise<readonly Row[]>;
  /** The bytes of a SELECT that names its own FORMAT, never decoded as text on the way. */
  readonly bytes: (sql: string, parameters?: SqlParameters) => Promise<Uint8Array>;
  /** Inserts rows written by {@link tsvRow} into `table (columns)`; resolves when they are durable. */
  readonly insert: (into: string, rows: readonly string[]) => Promise<void>;
  readonly command: (sql: string, parameters?: SqlParameters) => Promise<void>;
  /** Waits for nothing; statements under way reject. Idempotent. */
  readonly close: () => Promise<void>;
};

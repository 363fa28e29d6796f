/** Values for the `{name:Type}` places of a statement; they never become part of its text. */
export type SqlParameters = Readonly<Record<string, unknown>>;

/** A table, and the columns that a row gives a value for, in their order. */
export type InsertTarget = { readonly table: string; readonly columns: readonly string[] };

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
  /** Inserts TSV rows; resolves when they are durable. The bytes must not change before that. None is no insert. */
  readonly insert: (target: InsertTarget, rows: Uint8Array) => Promise<void>;
  readonly command: (sql: string, parameters?: SqlParameters) => Promise<void>;
  /** Waits for nothing; statements under way reject. Idempotent. */
  readonly close: () => Promise<void>;
};

/**
 * Settings of every insert. Collapsing equal rows and building the skip indexes is left to the merges: a commit is
 * what people wait for, and a search reads the few parts that are not merged yet without an index.
 */
export const INSERT_SETTINGS = {
  optimize_on_insert: 0,
  materialize_skip_indexes_on_insert: 0,
} as const;

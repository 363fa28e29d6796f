/** What the ledger counts and times; whoever composes the process binds it to its metrics registry. */
export type LedgerMetrics = {
  readonly accepted: (shard: number, entries: number) => void;
  readonly duplicates: (shard: number, events: number) => void;
  readonly rejected: (shard: number, events: number) => void;
  readonly deadLetters: (shard: number, records: number) => void;
  /** Rows of one commit. */
  readonly batchSize: (shard: number, rows: number) => void;
  readonly insertSeconds: (shard: number, seconds: number) => void;
  readonly checkpointSeconds: (shard: number, seconds: number) => void;
};

/** Counts nothing. */
export const unmeasured: LedgerMetrics = {
  accepted: () => {},
  duplicates: () => {},
  rejected: () => {},
  deadLetters: () => {},
  batchSize: () => {},
  insertSeconds: () => {},
  checkpointSeconds: () => {},
};

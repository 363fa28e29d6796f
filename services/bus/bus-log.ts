/** What the adapters need of a logger (pino has this shape). Fields never hold a record's value or a secret. */
export type BusLog = {
  readonly info: (fields: Readonly<Record<string, unknown>>, message: string) => void;
  readonly warn: (fields: Readonly<Record<string, unknown>>, message: string) => void;
  readonly error: (fields: Readonly<Record<string, unknown>>, message: string) => void;
};

/** Discards everything. */
export const SILENT_BUS_LOG: BusLog = { info: () => {}, warn: () => {}, error: () => {} };

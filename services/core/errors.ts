/**
 * Every code that Provost can answer with. Codes are API: a code is never renamed and never reused.
 * The part before the dot is the room that says it.
 */
export type ErrorCode =
  | 'json.invalid-utf8'
  | 'json.syntax'
  | 'json.too-deep'
  | 'json.too-large'
  | 'json.duplicate-key'
  | 'json.forbidden-key'
  | 'json.lone-surrogate'
  | 'json.number-not-exact'
  | 'event.envelope'
  | 'event.unknown-type'
  | 'event.data'
  | 'event.too-large'
  | 'event.id-reused'
  | 'event.source-not-allowed'
  | 'event.type-reserved'
  | 'hook.payload'
  | 'http.content-type'
  | 'http.content-encoding'
  | 'http.too-large'
  | 'http.not-found'
  | 'http.bad-request'
  | 'http.conflict'
  | 'http.internal'
  | 'auth.missing'
  | 'auth.invalid'
  | 'auth.expired'
  | 'auth.forbidden'
  | 'cursor.invalid'
  | 'note.malformed'
  | 'note.unknown-key'
  | 'note.bad-signature'
  | 'checkpoint.malformed'
  | 'proof.malformed'
  | 'proof.mismatch'
  | 'ledger.fork'
  | 'ledger.not-dense'
  | 'ledger.entry-missing'
  | 'ledger.shard-missing'
  | 'ledger.leaf-mismatch'
  | 'ledger.tile-mismatch'
  | 'ledger.checkpoint-mismatch'
  | 'ledger.checkpoint-missing'
  | 'ledger.unavailable'
  | 'bus.disk-full'
  | 'bus.corrupt-record'
  | 'bus.record-too-large'
  | 'bus.unavailable'
  | 'bus.locked'
  | 'bus.unknown-topic'
  | 'bus.invalid-name'
  | 'config.invalid'
  | 'config.unreadable'
  | 'key.unreadable'
  | 'key.permissions'
  | 'key.unknown'
  | 'alert.not-found'
  | 'alert.transition'
  | 'baseline.not-found'
  | 'baseline.transition'
  | 'baseline.same-person'
  | 'baseline.document'
  | 'baseline.signature'
  | 'channel.address-refused'
  | 'channel.rejected'
  | 'channel.unreachable'
  | 'pack.malformed'
  | 'pack.manifest-mismatch'
  | 'pack.signature'
  | 'pack.missing-file'
  | 'pack.unexpected-file'
  | 'pack.proof'
  | 'export.empty'
  | 'audit.period'
  | 'rule.document'
  | 'rule.expression'
  | 'rule.test'
  | 'cli.usage'
  | 'cli.file'
  | 'service.running'
  | 'service.not-running';

/** What is wrong with some input: a stable code, a sentence that says expected and received, and where. */
export type Problem = {
  readonly code: ErrorCode;
  readonly message: string;
  /** JSON Pointer, file name, index or path of the offending part. */
  readonly at?: string;
};

/** Name of what was thrown, for logs: a message may hold what a sender wrote. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

/** Builds a {@link Problem}. */
export function problem(code: ErrorCode, message: string, at?: string): Problem {
  return at === undefined ? { code, message } : { code, message, at };
}

/** An outage or refusal that carries a stable code; the caller may retry or answer with it. */
export class ProvostError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'ProvostError';
    this.code = code;
  }
}

/** The state is unknown (a fork, a corrupt log): the process stops, and recovery runs on the next start. */
export class FatalError extends ProvostError {
  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(code, message, options);
    this.name = 'FatalError';
  }
}

import { toHex, utf8 } from '../../core/bytes.ts';
import { ProvostError } from '../../core/errors.ts';
import { canonicalJson } from '../../core/json/canonical-json.ts';
import { sha256 } from '../../core/merkle/hash-leaf.ts';
import type { EntryQuery } from '../ledger.ts';

/** Where a page ended. */
export type SearchPosition = {
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly shard: number;
  readonly index: number;
};

/** Text that continues exactly this query after a position. */
export function formatCursor(query: EntryQuery, position: SearchPosition): string {
  const { receivedAt, shard, index } = position;
  const text = JSON.stringify([1, questionOf(query), receivedAt, shard, index]);
  return Buffer.from(text).toString('base64url');
}

/** Reads a cursor that this query gave out; throws `cursor.invalid` on any other text. */
export function parseCursor(query: EntryQuery, cursor: string): SearchPosition {
  const fields = decode(cursor);
  const [version, question, receivedAt, shard, index] = fields;
  if (fields.length !== 5 || version !== 1 || !isCount(receivedAt)) throw invalid();
  if (!isCount(shard) || !isCount(index) || shard >= 2 ** 32) throw invalid();
  if (question !== questionOf(query)) {
    throw new ProvostError('cursor.invalid', 'the cursor belongs to another query');
  }
  return { receivedAt, shard, index };
}

/** Short hash of what is asked; page size and position may change between pages. */
function questionOf({ cursor: _cursor, limit: _limit, ...question }: EntryQuery): string {
  const said = Object.entries(question).filter(([, value]) => value !== undefined);
  return toHex(sha256(utf8(canonicalJson(Object.fromEntries(said))))).slice(0, 16);
}

function decode(cursor: string): readonly unknown[] {
  if (cursor.length > 512 || !/^[A-Za-z0-9_-]+$/.test(cursor)) throw invalid();
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(value)) return value;
  } catch {
    // Not JSON: not ours.
  }
  throw invalid();
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function invalid(): ProvostError {
  return new ProvostError('cursor.invalid', 'expected a cursor as a page of entries gave it');
}

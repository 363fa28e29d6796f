import {
  FIELD,
  fieldsOf,
  packNumber,
  unpackNumber,
  withNewestRow,
  withoutRow,
} from '../packed-rows.ts';
import { rememberLast } from '../remember-last.ts';
import { shortWord } from '../sources/commits.ts';
import { MAX_OPEN_RUNS } from './pipelines-view.ts';

const shortKey = rememberLast(shortWord);

/** Runs whose start was seen and whose end is awaited, by their shortened keys, with when they began, as rows of packed-rows.ts. */
export function openRun(open: string, key: string, at: number): string {
  return withNewestRow(open, shortKey(key), packNumber(at), MAX_OPEN_RUNS);
}

/** When the newest of them began; 0 when there is none. */
export function lastBegun(open: string): number {
  return open === '' ? 0 : unpackNumber(open.slice(open.lastIndexOf(FIELD) + 1));
}

export function isOpen(open: string, key: string): boolean {
  return open !== '' && fieldsOf(open, shortKey(key)) !== undefined;
}

export function closeRun(open: string, key: string): string {
  return withoutRow(open, shortKey(key));
}

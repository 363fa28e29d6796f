import { fieldsOf, withNewestRow, withoutRow } from '../packed-rows.ts';
import { rememberLast } from '../remember-last.ts';
import { shortWord } from '../sources/commits.ts';
import { MAX_OPEN_RUNS } from './pipelines-view.ts';

const shortKey = rememberLast(shortWord);

/** Runs whose start was seen and whose end is awaited, by their shortened keys, as rows of packed-rows.ts. */
export function openRun(open: string, key: string): string {
  return withNewestRow(open, shortKey(key), '', MAX_OPEN_RUNS);
}

export function isOpen(open: string, key: string): boolean {
  return open !== '' && fieldsOf(open, shortKey(key)) !== undefined;
}

export function closeRun(open: string, key: string): string {
  return withoutRow(open, shortKey(key));
}

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A line of a registry's history (see `services/cli/replay/history-events.ts`), as the benchmark reads and writes it. */
export type HistoryLine = {
  /** Unix seconds. */
  readonly t: number;
  readonly repo: string;
  readonly change: string;
  readonly author: string;
  readonly merger: string;
  readonly first?: boolean;
  readonly kind: 'image' | 'tag';
  readonly digest?: string;
  readonly gitRepo?: string;
  readonly commit?: string;
  readonly dir?: string;
  readonly file?: string;
  readonly builder?: string;
  readonly platforms?: Readonly<Record<string, readonly string[]>>;
  readonly children?: readonly string[];
  readonly tag?: string;
  readonly from?: string | null;
  readonly to?: string | null;
};

/** Where the history lies: it is never part of this repository. */
export const HISTORY_PATH =
  process.env['PROVOST_HISTORY'] ?? '../shared/history/official-images-2019-2020.ndjson.gz';

/** Reads a history that is plain or gzip; the file is of our own choosing, so its lines are taken as they are. */
export function readHistory(path: string): readonly HistoryLine[] {
  const bytes = readFileSync(path);
  const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as HistoryLine);
}

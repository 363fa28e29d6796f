import type { Measure } from '../measure.ts';
import { benchHistory, type Note } from './history.ts';
import { benchScenarios } from './scenarios.ts';
import { benchTraffic } from './traffic.ts';

const PARTS: Readonly<
  Record<string, (note: Note, seeds: readonly number[]) => AsyncIterable<Measure>>
> = {
  scenarios: benchScenarios,
  history: benchHistory,
  traffic: benchTraffic,
};

/**
 * Measures what the detectors find and what they ask of people. `--only <part>` runs one part, `--list` says on stderr
 * which line raised or missed what, `--seeds <n>` stops after the n-th of the five seeds.
 */
export async function* benchDetection(flags: readonly string[]): AsyncGenerator<Measure> {
  const only = flags.includes('--only') ? flags[flags.indexOf('--only') + 1] : undefined;
  const note: Note = flags.includes('--list')
    ? (text) => process.stderr.write(`${text}\n`)
    : () => {};
  const last = flags.includes('--seeds') ? Number(flags[flags.indexOf('--seeds') + 1]) : 5;
  const seeds = Array.from({ length: last }, (_seed, n) => n + 1);
  if (only !== undefined && PARTS[only] === undefined) {
    throw new Error(`--only takes one of: ${Object.keys(PARTS).join(', ')}`);
  }
  for (const [name, part] of Object.entries(PARTS)) {
    if (only === undefined || only === name) yield* part(note, seeds);
  }
}

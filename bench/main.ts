import type { Measure } from './measure.ts';

/** A benchmark yields its measures as it goes; what it needs and cannot have it says on stderr. */
export type Benchmark = (flags: readonly string[]) => AsyncIterable<Measure>;

const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  detection: async () => (await import('./detection/detection.ts')).benchDetection,
  detectors: async () => (await import('./detectors/detectors.ts')).benchDetectors,
  nab: async () => (await import('./nab/nab.ts')).benchNab,
  spine: async () => (await import('./spine/spine.ts')).benchSpine,
};

const [name, ...flags] = process.argv.slice(2);
const load = name === undefined ? undefined : BENCHMARKS[name];
if (load === undefined) {
  process.stderr.write(`usage: npm run bench -- <${Object.keys(BENCHMARKS).join('|')}> [--json]\n`);
  process.exit(2);
}
const json = flags.includes('--json');
const bench = await load();
for await (const measure of bench(flags)) {
  process.stdout.write(json ? `${JSON.stringify(measure)}\n` : `${describe(measure)}\n`);
}

function describe(measure: Measure): string {
  const peer = measure.limit === null ? '' : `  limit ${measure.limit}, ratio ${measure.ratio}`;
  return `${measure.ok ? 'met   ' : 'missed'} ${measure.measure.padEnd(64)} ${String(measure.value).padStart(10)} ${measure.unit}  goal ${measure.goal}${peer}`;
}

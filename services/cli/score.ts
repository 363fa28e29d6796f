import type { Command } from 'commander';
import {
  createSeriesScorer,
  HIGH,
  type SeriesScorer,
  scoreNext,
} from '../../detectors/windows/anomaly-score.ts';
import { ProvostError } from '../core/errors.ts';
import type { CliContext } from './cli-context.ts';
import { type CommandIo, EXIT } from './command-io.ts';
import { openInput } from './open-input.ts';
import { readLines } from './replay/read-lines.ts';

type Point = { readonly text: string; readonly at: number; readonly value: number };

/**
 * `provost score`: what the volume detector thinks of each point of a series, as the columns `timestamp,value,
 * anomaly_score` or as JSON lines. Exits with 1 when a point scores high. Times without a zone are UTC.
 */
export function registerScore(program: Command, context: CliContext): void {
  program
    .command('score')
    .description('score each point of a series (CSV: timestamp,value) as the volume detector does')
    .argument('<file>', 'CSV with a header line; - for standard input')
    .option('--json', 'one object a line')
    .action(async (file: string, flags: { json?: boolean }) => {
      const io = context.createIo(flags.json ?? false);
      context.setExitCode(await scoreCommand(file, io));
    });
}

/** Scores one file; answers with the exit code. Rejects with `cli.file` at the first line that is not a point. */
async function scoreCommand(file: string, io: CommandIo): Promise<number> {
  let scorer: SeriesScorer | undefined;
  let held: Point | undefined;
  let high = 0;
  const tell = (point: Point, series: SeriesScorer): void => {
    const score = scoreNext(series, point.at, point.value);
    if (score >= HIGH) high += 1;
    io.result(
      { timestamp: point.text, value: point.value, score },
      `${point.text},${point.value},${score}`,
    );
  };
  for await (const point of readPoints(file)) {
    // The interval of a series is that between its first two points.
    if (scorer === undefined && held === undefined) {
      held = point;
      continue;
    }
    if (scorer === undefined && held !== undefined) {
      scorer = createSeriesScorer(Math.max(1, point.at - held.at));
      if (!io.json) io.raw('timestamp,value,anomaly_score\n');
      tell(held, scorer);
    }
    if (scorer !== undefined) tell(point, scorer);
  }
  if (scorer === undefined) {
    throw new ProvostError('cli.file', `${file} needs a header line and at least two points`);
  }
  io.note(
    high === 0 ? 'No point scores high.' : `${high} points score ${HIGH} or more: look at those.`,
  );
  return high === 0 ? EXIT.ok : EXIT.found;
}

async function* readPoints(file: string): AsyncGenerator<Point> {
  let line = 0;
  for await (const bytes of readLines(openInput(file))) {
    line += 1;
    if (bytes.byteLength === 0) continue;
    const point = parsePoint(Buffer.from(bytes).toString('utf8'));
    if (line === 1) {
      if (point === undefined) continue;
      throw new ProvostError('cli.file', `${file} begins with a point: expected a header line`);
    }
    if (point === undefined) {
      throw new ProvostError('cli.file', `line ${line} of ${file} is not "timestamp,value"`);
    }
    yield point;
  }
}

function parsePoint(line: string): Point | undefined {
  const [text = '', number = ''] = line.split(',');
  const zoned = /(?:[zZ]|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text.replace(' ', 'T')}Z`;
  const at = Date.parse(zoned);
  const value = Number(number);
  return Number.isNaN(at) || number.trim() === '' || !Number.isFinite(value)
    ? undefined
    : { text, at, value };
}

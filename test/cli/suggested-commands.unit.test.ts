import { readdirSync, readFileSync } from 'node:fs';
import { type Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { LANE_DETECTORS } from '../../detectors/lane/lane-registry.ts';
import { DETECTORS } from '../../detectors/registry.ts';
import { shellQuote } from '../../detectors/text/shell-quote.ts';
import { toMoment } from '../../services/cli/period.ts';
import { createProgram } from '../../services/cli/program.ts';
import { isEventType } from '../../services/core/events/catalogue.ts';
import { runExample, runLaneExample } from '../detectors/run-example.ts';
import { quietCli } from './quiet-cli.ts';

/** The real command line. */
const program = (): Command => createProgram(quietCli());

/** What is wrong with the words for the real command line, in which every command is parsed and none does anything. */
function parse(words: readonly string[]): readonly string[] {
  const parser = program();
  const wrong: string[] = [];
  const silence = (command: Command): void => {
    command.configureOutput({ writeErr: () => {}, writeOut: () => {} });
    for (const below of command.commands) silence(below);
    if (command.commands.length > 0) return;
    command.action(() => {
      const { type, from, to } = command.opts<{ type?: string; from?: string; to?: string }>();
      if (type !== undefined && !isEventType(type)) wrong.push(`no event type ${type}`);
      for (const time of [from, to])
        if (time !== undefined && Number.isNaN(Date.parse(toMoment(time)))) wrong.push(time);
    });
  };
  silence(parser);
  try {
    parser.parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    wrong.push(error.message);
  }
  return wrong;
}

/** The words of every `provost …` in a line for a POSIX shell. */
function provostCalls(line: string): readonly (readonly string[])[] {
  const calls: string[][] = [[]];
  for (const [word] of line.matchAll(/(?:'[^']*'|"[^"]*"|\\.|[^\s'"|;&<>\\#])+|[|;&<>]+|#.*$/g)) {
    if (word.startsWith('#')) break;
    if (/^[|;&<>]/.test(word)) calls.push([]);
    else calls.at(-1)?.push(word.replace(/'([^']*)'|"([^"]*)"|\\(.)/g, '$1$2$3'));
  }
  return calls.filter(([name]) => name === 'provost').map(([, ...words]) => words);
}

/** What is wrong with the commands of a line, for a person. */
function faultsOf(line: string): readonly string[] {
  return provostCalls(line).flatMap((words) => parse(words).map((wrong) => `${line}: ${wrong}`));
}

describe('the reader of commands', () => {
  it('sees what a shell would, and goes by the real command line', () => {
    const line = `provost entries --tag=${shellQuote("it's; | #1")} | grep x && provost fsck`;
    expect(provostCalls(line)).toEqual([['entries', "--tag=it's; | #1"], ['fsck']]);
    expect(faultsOf(line)).toEqual([]);
  });

  it.each([
    'provost baseline diff lab/tool sha256:0',
    'provost entries --digests=x',
    'provost entries --type=artifact.push',
    'provost entries --from=yesterday',
    'provost fsck --shard=x',
    'provost audit',
    'provost alerts aknowledge',
    'provost frobnicate',
  ])('finds fault with %s', (line) => {
    expect(faultsOf(line)).toHaveLength(1);
  });
});

it('gives its results as JSON too, unless it runs until it is stopped', () => {
  const lacking: string[] = [];
  const look = (command: Command): void => {
    for (const below of command.commands) look(below);
    if (command.commands.length === 0 && !command.options.some(({ long }) => long === '--json'))
      lacking.push(command.name());
  };
  look(program());
  expect(lacking).toEqual(['serve', 'demo']);
});

describe('every command that a finding suggests', () => {
  const subjects = [
    ...DETECTORS.map(({ metadata, examples }) => ({ metadata, examples, lane: false })),
    ...LANE_DETECTORS.map(({ metadata, examples }) => ({ metadata, examples, lane: true })),
  ].map((subject) => [subject.metadata.rule, subject] as const);
  const seen = new Set<string>();

  it.each(subjects)('%s', (rule, { lane, examples }) => {
    const detector = DETECTORS.find(({ metadata }) => metadata.rule === rule);
    const across = LANE_DETECTORS.find(({ metadata }) => metadata.rule === rule);
    for (const example of examples().fires) {
      const found = lane
        ? across && runLaneExample(across, example)
        : detector && runExample(detector, example);
      for (const { remediation } of found ?? [])
        for (const { command = '' } of remediation.steps) {
          expect(faultsOf(command)).toEqual([]);
          for (const [name = ''] of provostCalls(command)) seen.add(name);
        }
    }
  });

  it('is looked at', () => {
    expect([...seen]).toEqual(expect.arrayContaining(['entries', 'baseline', 'token', 'doctor']));
  });
});

describe('every command of the documentation', () => {
  const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);

  it.each(['README.md', 'SECURITY.md', 'CONTRIBUTING.md', ...pages])('%s', (page) => {
    const blocks = readFileSync(page, 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm);
    const lines = [...blocks].flatMap(([, block = '']) =>
      block.replaceAll('\\\n', ' ').split('\n'),
    );
    expect(
      lines.map((line) => line.replace(/^npm run provost -- /, 'provost ')).flatMap(faultsOf),
    ).toEqual([]);
  });
});

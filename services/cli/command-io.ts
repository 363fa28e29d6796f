import cliProgress from 'cli-progress';
import { toTerminal, toTerminalJson } from './terminal-text.ts';

/** What a command writes to: results on stdout, words for people on stderr, progress only on a terminal. */
export type CommandIo = {
  readonly json: boolean;
  /** One result: an object as one JSON line with `--json`, the text without. */
  readonly result: (value: unknown, text: string) => void;
  /** Raw bytes on stdout, e.g. a proof. */
  readonly raw: (bytes: Uint8Array | string) => void;
  /** A sentence for a person. */
  readonly note: (text: string) => void;
  readonly progress: (label: string, total: number) => ProgressBar;
};

export type ProgressBar = { readonly to: (value: number) => void; readonly stop: () => void };

/** Exit codes that scripts can use. */
export const EXIT = {
  ok: 0,
  /** The command worked and what it checked is wrong. */
  found: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
  /** Something that the command needs is not reachable; try again later. */
  unavailable: 3,
} as const;

/** Creates the io of this process. */
export function createCommandIo(json: boolean): CommandIo {
  return {
    json,
    result: (value, text) => {
      process.stdout.write(json ? `${toTerminalJson(value)}\n` : `${toTerminal(text)}\n`);
    },
    raw: (bytes) => {
      process.stdout.write(bytes);
    },
    note: (text) => {
      process.stderr.write(`${toTerminal(text)}\n`);
    },
    progress: (label, total) => startBar(label, total),
  };
}

function startBar(label: string, total: number): ProgressBar {
  if (!process.stderr.isTTY) return plainProgress(label, total);
  const bar = new cliProgress.SingleBar({
    format: `${label} {bar} {percentage}% {value}/{total} {eta_formatted}`,
    stream: process.stderr,
    hideCursor: true,
  });
  bar.start(total, 0);
  return { to: (value) => bar.update(value), stop: () => bar.stop() };
}

/** Without a terminal: a line at each quarter, so that a log shows that work goes on. */
function plainProgress(label: string, total: number): ProgressBar {
  let quarter = 0;
  return {
    to: (value) => {
      const reached = total === 0 ? 4 : Math.floor((4 * value) / total);
      if (reached > quarter) {
        quarter = reached;
        process.stderr.write(`${label} ${value}/${total}\n`);
      }
    },
    stop: () => undefined,
  };
}

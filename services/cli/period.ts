import type { Command } from 'commander';

export type PeriodFlags = { readonly project: string; readonly from: string; readonly to: string };

/** Adds the options that name a project and a period. */
export function periodOptions(command: Command): Command {
  return command
    .requiredOption('--project <name>', 'project')
    .requiredOption('--from <time>', 'first day or moment, e.g. 2026-10-01')
    .requiredOption('--to <time>', 'day or moment after the last');
}

/** The period as the API takes it; a bare day is midnight UTC. */
export function periodBody(flags: PeriodFlags): {
  readonly project: string;
  readonly from: string;
  readonly to: string;
} {
  return { project: flags.project, from: toMoment(flags.from), to: toMoment(flags.to) };
}

/** A bare day as midnight UTC; anything else as it is, for the API to judge. */
export function toMoment(text: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text;
}

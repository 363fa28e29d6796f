import { DEFAULT_POLICY } from '../../../detectors/detection-policy.ts';
import type { Detector } from '../../../detectors/detector.ts';
import { createDetectStep, type DetectStep } from '../../../detectors/run-detectors.ts';
import { compileRule } from '../../../detectors/user-rules/compile-rule.ts';
import { viewOf } from '../../../detectors/view/create-view.ts';
import { timeOf } from '../../../detectors/view/entry-facts.ts';
import type { ProjectView } from '../../../detectors/view/project-view.ts';
import { ProvostError } from '../../core/errors.ts';
import type { Entry, ProvostEvent } from '../../core/events/event.ts';
import type { UserRule } from '../../core/rules/user-rule.ts';
import type { ApiClient } from '../api-client.ts';
import { type CommandIo, EXIT } from '../command-io.ts';

type EntryPage = {
  readonly entries: readonly {
    readonly shard: number;
    readonly index: number;
    readonly event: ProvostEvent;
  }[];
  readonly next?: string;
};

type Raised = { findings: number; readonly byWeek: Map<string, number>; readonly samples: Entry[] };

const PAGE = 1000;
const SAMPLES = 5;
const DAY = 86_400_000;

/**
 * Runs rules over the whole ledger, so that they know what they would have known, and counts what they would have
 * raised since a moment, by week. Nothing is written anywhere. Answers with the exit code.
 */
export async function backtestRules(task: {
  readonly api: Pick<ApiClient, 'json'>;
  readonly io: CommandIo;
  readonly rules: readonly UserRule[];
  /** An age such as 90d. */
  readonly since: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}): Promise<number> {
  const { api, io, rules } = task;
  const from = task.now - ageOf(task.since);
  const step = createDetectStep(rules.map(compileOrThrow));
  const raised = new Map<string, Raised>(
    rules.map(({ rule }) => [rule, { findings: 0, byWeek: new Map(), samples: [] }]),
  );
  const views = new Map<string, ProjectView>();
  let entries = 0;
  let cursor: string | undefined;
  do {
    const page: EntryPage = await api.json<EntryPage>({
      method: 'GET',
      path: '/api/v1/entries',
      query: { order: 'oldest', limit: PAGE, cursor },
    });
    for (const { shard, index, event } of page.entries) {
      entries += 1;
      count({ shard, index, event }, { step, views, from, raised });
    }
    cursor = page.next;
    if (entries % (50 * PAGE) < PAGE && entries >= PAGE) io.note(`${entries} entries read …`);
  } while (cursor !== undefined);
  for (const { rule, mode, severity } of rules) {
    const found = raised.get(rule);
    if (found === undefined) continue;
    const weeks = Object.fromEntries(found.byWeek);
    const samples = found.samples.map(({ shard, index }) => `${shard}/${index}`);
    io.result(
      {
        rule,
        mode,
        severity,
        since: new Date(from).toISOString(),
        findings: found.findings,
        weeks,
        samples,
      },
      [
        `${rule} (${severity}, ${mode}): ${found.findings} findings since ${new Date(from).toISOString().slice(0, 10)}`,
        ...Object.entries(weeks).map(([week, number]) => `  week of ${week}  ${number}`),
        ...(samples.length === 0 ? [] : [`  first entries: ${samples.join(', ')}`]),
      ].join('\n'),
    );
  }
  io.note(`${entries} entries read, ${rules.length} rules.`);
  return EXIT.ok;
}

function count(
  entry: Entry,
  run: {
    readonly step: DetectStep;
    readonly views: Map<string, ProjectView>;
    readonly from: number;
    readonly raised: ReadonlyMap<string, Raised>;
  },
): void {
  const { project } = entry.event;
  const view = viewOf(run.views, project);
  const at = timeOf(entry.event);
  for (const { rule } of run.step(view, entry, DEFAULT_POLICY)) {
    const found = run.raised.get(rule);
    if (found === undefined || at < run.from) continue;
    found.findings += 1;
    const week = mondayOf(at);
    found.byWeek.set(week, (found.byWeek.get(week) ?? 0) + 1);
    if (found.samples.length < SAMPLES) found.samples.push(entry);
  }
}

function compileOrThrow(rule: UserRule): Detector {
  const compiled = compileRule(rule);
  if (compiled.ok) return compiled.value;
  throw new ProvostError(compiled.problem.code, compiled.problem.message);
}

function ageOf(text: string): number {
  const [, number, unit] = /^([1-9]\d{0,4})([dwh])$/.exec(text) ?? [];
  if (number === undefined) {
    throw new ProvostError('cli.usage', `--since ${text}: expected an age such as 90d, 12w or 48h`);
  }
  return Number(number) * (unit === 'w' ? 7 * DAY : unit === 'h' ? DAY / 24 : DAY);
}

function mondayOf(at: number): string {
  // 1970-01-05 was a Monday.
  const days = Math.floor(at / DAY) - 4;
  return new Date((days - (((days % 7) + 7) % 7) + 4) * DAY).toISOString().slice(0, 10);
}

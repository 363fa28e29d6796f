import { createHash } from 'node:crypto';
import { GCProfiler } from 'node:v8';
import { DEFAULT_POLICY } from '../../detectors/detection-policy.ts';
import { DETECTORS } from '../../detectors/registry.ts';
import { createDetectStep } from '../../detectors/run-detectors.ts';
import { viewOf } from '../../detectors/view/create-view.ts';
import type { ProjectView } from '../../detectors/view/project-view.ts';
import type { ProvostEvent, SourceEvent } from '../../services/core/events/event.ts';
import { acceptEvent } from '../../services/core/events/validate-event.ts';
import { asRead } from './as-read.ts';
import { secondsSince, usedHeap } from './resources.ts';

const FROM = Date.UTC(2026, 0, 1);
const MONTH = 30 * 24 * 3_600_000;
const MINUTE = 60_000;
/** Repositories of one project. */
const TOGETHER = 100;
/** Months of which each is told: in each a repository is built, pushed and pulled once. */
const MONTHS = 3;
/** No multiple of a prime this large comes twice before all others were there, so neighbours lie far apart. */
const STRIDE = 7_919;

export type CrowdCost = {
  readonly repositories: number;
  /** Bytes of the views a repository, once everything that can be collected is. */
  readonly bytes: number;
  /** Processor time an event in the last month, in microseconds. */
  readonly microseconds: number;
  /** Time an event in the same month in which nothing was judged because the collector looked for garbage. */
  readonly collecting: number;
};

/**
 * What a crowd of repositories costs that are each released once a month, in an order in which no two events that
 * follow each other are of one project: the worst order for every cache. `samples` events of the last month are timed.
 */
export function measureCrowd(repositories: number, samples: number): CrowdCost {
  const step = createDetectStep(DETECTORS);
  const views = new Map<string, ProjectView>();
  let index = 0;
  const fold = (event: ProvostEvent): void => {
    step(viewOf(views, event.project), { shard: 0, index, event }, DEFAULT_POLICY);
    index += 1;
  };
  const before = usedHeap();
  for (let month = 0; month < MONTHS - 1; month += 1) {
    for (const event of tellMonth(repositories, month, repositories)) fold(event);
  }
  const bytes = (usedHeap() - before) / repositories;
  // Told before the clock runs.
  const timed = [...tellMonth(repositories, MONTHS - 1, Math.ceil(samples / 3))];
  const collector = new GCProfiler();
  collector.start();
  const started = process.cpuUsage();
  for (const event of timed) fold(event);
  const microseconds = (secondsSince(started) * 1e6) / timed.length;
  const pauses = collector.stop().statistics.reduce((sum, { cost }) => sum + cost, 0);
  return { repositories, bytes, microseconds, collecting: pauses / timed.length };
}

function* tellMonth(
  repositories: number,
  month: number,
  count: number,
): Generator<ProvostEvent, void> {
  for (let n = 0; n < count; n += 1) {
    const at = FROM + month * MONTH + Math.floor((n * MONTH) / repositories);
    yield* tellRelease((n * STRIDE) % repositories, month, at);
  }
}

function* tellRelease(number: number, month: number, at: number): Generator<ProvostEvent, void> {
  const project = `p${Math.floor(number / TOGETHER)}`;
  const name = `r${number % TOGETHER}`;
  const repository = `${project}/${name}`;
  const digest = `sha256:${createHash('sha256').update(`${number} ${month}`).digest('hex')}`;
  const tag = `1.${month}.0`;
  const head = { registry: 'registry.example.org', repository };
  const told: readonly [SourceEvent['type'], string, number, object][] = [
    [
      'build.finished',
      '/forge',
      at,
      {
        runId: `${number}-${month}`,
        outcome: 'success',
        builderId: 'https://forge.example.org/runners/hosted',
        sourceRepository: `https://forge.example.org/${repository}`,
        outputs: [{ repository, digest, tags: [tag] }],
      },
    ],
    [
      'artifact.pushed',
      '/registry',
      at + MINUTE,
      { ...head, digest, tags: [tag], size: 1_000_000, actor: { name: `bot.${project}` } },
    ],
    [
      'artifact.pulled',
      '/registry',
      at + 2 * MINUTE,
      { ...head, digest, tag, actor: { name: `user-${number % 5}.${project}` } },
    ],
  ];
  for (const [type, source, moment, data] of told) {
    const time = new Date(moment).toISOString();
    const event = {
      specversion: '1.0',
      type,
      source,
      id: `${type} ${number} ${month}`,
      time,
      datacontenttype: 'application/json',
      data,
    } as SourceEvent;
    yield asRead(acceptEvent(event, { receivedtime: time, project, trust: 'authenticated' }));
  }
}

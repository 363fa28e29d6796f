import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DEFAULT_POLICY } from '../../detectors/detection-policy.ts';
import { DETECTORS } from '../../detectors/registry.ts';
import { createDetectStep } from '../../detectors/run-detectors.ts';
import { viewOf } from '../../detectors/view/create-view.ts';
import type { ProjectView } from '../../detectors/view/project-view.ts';
import { viewsFromJson, viewsToJson } from '../../detectors/view/snapshot.ts';
import type { Entry, ProvostEvent } from '../../services/core/events/event.ts';
import { acceptEvent } from '../../services/core/events/validate-event.ts';
import { projectOf } from '../../services/core/project-of.ts';
import { type Measure, valueMeasure } from '../measure.ts';
import { generateTraffic } from '../traffic/traffic.ts';

const SMALL_PROJECTS = 50;
const LARGE_PROJECTS = 400;

/**
 * What detection costs: processor time an event with every detector on, memory a repository after months of ordinary
 * work, what a larger institution makes of both, and how long the state takes to be saved and read. Processor time of
 * this process, so that other work on the machine counts little.
 */
export async function* benchDetectors(): AsyncGenerator<Measure> {
  const small = acceptAll(generateTraffic(1, SMALL_PROJECTS));
  // The first run pays for the compiler.
  foldAll(small);
  const one = foldAll(small);
  yield valueMeasure(
    `detection with ${DETECTORS.length} detectors on ordinary traffic`,
    small.length / one.seconds,
    'events/s/core',
    { atLeast: 100_000 },
  );
  const large = acceptAll(generateTraffic(1, LARGE_PROJECTS));
  const before = usedHeap();
  const many = foldAll(large);
  const bytes = usedHeap() - before;
  yield valueMeasure(
    `memory a repository, ${repositoriesIn(many.views)} of them, four months of work`,
    bytes / repositoriesIn(many.views),
    'bytes',
    { atMost: 4096 },
  );
  yield valueMeasure(
    `cost an event with ${repositoriesIn(many.views)} repositories / with ${repositoriesIn(one.views)}`,
    many.seconds / large.length / (one.seconds / small.length),
    'times',
    { atMost: 1.3 },
  );
  const saving = process.cpuUsage();
  const state = viewsToJson(many.views.values());
  const saved = secondsSince(saving);
  yield valueMeasure('state saved', saved, 's', { atMost: 1 });
  const reading = process.cpuUsage();
  const restored = viewsFromJson(state);
  yield valueMeasure('state read', secondsSince(reading), 's', { atMost: 1 });
  if (restored?.size !== many.views.size) throw new Error('the state does not read back');
}

function acceptAll(events: ReturnType<typeof generateTraffic>): readonly ProvostEvent[] {
  return events.map((event) =>
    acceptEvent(event, {
      receivedtime: event.time ?? '2026-01-01T00:00:00.000Z',
      project: projectOf(event, []),
      trust: 'authenticated',
    }),
  );
}

function foldAll(events: readonly ProvostEvent[]): {
  readonly views: ReadonlyMap<string, ProjectView>;
  readonly seconds: number;
} {
  const step = createDetectStep(DETECTORS);
  const views = new Map<string, ProjectView>();
  const started = process.cpuUsage();
  for (const [index, event] of events.entries()) {
    const view = viewOf(views, event.project);
    const entry: Entry = { shard: 0, index, event };
    step(view, entry, DEFAULT_POLICY);
  }
  return { views, seconds: secondsSince(started) };
}

function secondsSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}

function repositoriesIn(views: ReadonlyMap<string, ProjectView>): number {
  return [...views.values()].reduce((sum, { repositories }) => sum + repositories.size, 0);
}

/** Bytes in use once everything that can be collected is. */
function usedHeap(): number {
  setFlagsFromString('--expose_gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  return process.memoryUsage().heapUsed;
}

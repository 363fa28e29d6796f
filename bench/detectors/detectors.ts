import { fork } from 'node:child_process';
import { once } from 'node:events';
import { totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { DEFAULT_POLICY } from '../../detectors/detection-policy.ts';
import { DETECTORS } from '../../detectors/registry.ts';
import { createDetectStep } from '../../detectors/run-detectors.ts';
import { viewOf } from '../../detectors/view/create-view.ts';
import type { ProjectView } from '../../detectors/view/project-view.ts';
import { viewFromJson, viewToJson } from '../../detectors/view/snapshot.ts';
import type { Entry, ProvostEvent } from '../../services/core/events/event.ts';
import { acceptEvent } from '../../services/core/events/validate-event.ts';
import { projectOf } from '../../services/core/project-of.ts';
import { type Measure, valueMeasure } from '../measure.ts';
import { generateTraffic } from '../traffic/traffic.ts';
import { asRead } from './as-read.ts';
import type { CrowdCost } from './crowd.ts';
import { secondsSince, usedHeap } from './resources.ts';

const SMALL_PROJECTS = 50;
const LARGE_PROJECTS = 400;
const SMALL_CROWD = 1_000;
const LARGE_CROWD = 1_000_000;
const TIMED_EVENTS = 60_000;
/** Of the goal of a hundred thousand events a second. */
const MICROSECONDS_AN_EVENT = 10;

/**
 * What detection costs: processor time an event with every detector on, memory a repository after months of ordinary
 * work and in a crowd of a million that are released once a month, what the crowd makes of the time, the collector's
 * pauses included, and how long the state takes to be saved and read. Processor time, so that other work on the machine
 * counts little.
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
  const saving = process.cpuUsage();
  const states = [...many.views.values()].map(viewToJson);
  const saved = secondsSince(saving);
  yield valueMeasure('state saved', saved, 's', { atMost: 1 });
  const reading = process.cpuUsage();
  const restored = states.map(viewFromJson);
  yield valueMeasure('state read', secondsSince(reading), 's', { atMost: 1 });
  if (restored.includes(undefined)) throw new Error('the state does not read back');
  states.length = 0;
  const few = await measureApart(SMALL_CROWD);
  const crowd = await measureApart(LARGE_CROWD);
  yield valueMeasure(
    `memory a repository, ${crowd.repositories} of them, two releases of each`,
    crowd.bytes,
    'bytes',
    { atMost: 4096 },
  );
  yield valueMeasure(
    `detection in a crowd of ${few.repositories} repositories`,
    1e6 / few.microseconds,
    'events/s/core',
    { atLeast: 100_000 },
  );
  yield valueMeasure(
    `cost an event with ${crowd.repositories} repositories / with ${few.repositories}`,
    crowd.microseconds / few.microseconds,
    'times',
    { atMost: 1.3 },
  );
  // The more is kept, the longer takes a collection of young garbage, even when nothing of it survives.
  yield valueMeasure(
    `pauses of the collector an event with ${crowd.repositories} repositories`,
    crowd.collecting,
    'microseconds',
    { atMost: MICROSECONDS_AN_EVENT },
  );
}

/** A crowd in a process that may take most of the machine's memory. */
async function measureApart(repositories: number): Promise<CrowdCost> {
  const megabytes = Math.floor((0.8 * totalmem()) / 2 ** 20);
  const child = fork(
    fileURLToPath(new URL('./crowd-process.ts', import.meta.url)),
    [`${repositories}`, `${TIMED_EVENTS}`],
    { execArgv: [...process.execArgv, `--max-old-space-size=${megabytes}`] },
  );
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the crowd of ${repositories} ended with ${code ?? signal}`);
  });
  const [cost] = (await Promise.race([once(child, 'message'), ended])) as [CrowdCost];
  return cost;
}

function acceptAll(events: ReturnType<typeof generateTraffic>): readonly ProvostEvent[] {
  return events.map((event) =>
    asRead(
      acceptEvent(event, {
        receivedtime: event.time ?? '2026-01-01T00:00:00.000Z',
        project: projectOf(event, []),
        trust: 'authenticated',
      }),
    ),
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

function repositoriesIn(views: ReadonlyMap<string, ProjectView>): number {
  return [...views.values()].reduce((sum, { repositories }) => sum + repositories.size, 0);
}

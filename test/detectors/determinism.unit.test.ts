import { expect, test } from 'vitest';
import { generateTraffic } from '../../bench/traffic/traffic.ts';
import { DEFAULT_POLICY } from '../../detectors/detection-policy.ts';
import { DETECTORS } from '../../detectors/registry.ts';
import { createDetectStep } from '../../detectors/run-detectors.ts';
import { createProjectView, viewOf } from '../../detectors/view/create-view.ts';
import type { ProjectView } from '../../detectors/view/project-view.ts';
import { viewFromJson, viewToJson } from '../../detectors/view/snapshot.ts';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import { acceptEvent } from '../../services/core/events/validate-event.ts';
import { projectOf } from '../../services/core/project-of.ts';

/** Four months of a dozen projects with every kind of event. */
const events: readonly ProvostEvent[] = generateTraffic(7, 12).map((event) =>
  acceptEvent(event, {
    receivedtime: event.time ?? '',
    project: projectOf(event, []),
    trust: 'authenticated',
  }),
);

type Found = { readonly id: string; readonly text: string };

/** What the detectors raise when the projects are spread over so many partitions, each with its own indexes. */
function findingsIn(
  partitions: number,
  between: (views: Map<string, ProjectView>, at: number) => Map<string, ProjectView> = (views) =>
    views,
): readonly Found[] {
  const step = createDetectStep(DETECTORS);
  const sizes = Array.from({ length: partitions }, () => 0);
  let views = new Map<string, ProjectView>();
  return events.flatMap((event, at) => {
    views = between(views, at);
    const view = viewOf(views, event.project);
    const shard =
      [...event.project].reduce((sum, char) => sum + char.charCodeAt(0), 0) % partitions;
    const index = sizes[shard] ?? 0;
    sizes[shard] = index + 1;
    return step(view, { shard, index, event }, DEFAULT_POLICY).map((finding) => ({
      id: finding.findingId,
      text: JSON.stringify({ ...finding, evidence: finding.evidence.map(({ id }) => id) }),
    }));
  });
}

const once = findingsIn(1);

test('there is something to compare', () => {
  expect(events.length).toBeGreaterThan(5000);
  expect(once.length).toBeGreaterThan(50);
});

test('the same entries raise the same findings, word for word', { timeout: 60_000 }, () => {
  expect(findingsIn(1)).toEqual(once);
});

test.each([3, 12])(
  '%i partitions raise the same findings under the same ids',
  { timeout: 60_000 },
  (partitions) => {
    const idsOf = (found: readonly Found[]) => found.map(({ id }) => id).sort();
    expect(idsOf(findingsIn(partitions))).toEqual(idsOf(once));
  },
);

test('views that were saved and read again judge as if nothing had happened', {
  timeout: 60_000,
}, () => {
  const every = Math.floor(events.length / 5);
  const interrupted = findingsIn(1, (views, at) =>
    at % every === 0 ? savedAndRead(views) : views,
  );
  expect(interrupted).toEqual(once);
});

test('no finding is raised twice', () => {
  expect(new Set(once.map(({ id }) => id)).size).toBe(once.length);
});

function savedAndRead(views: ReadonlyMap<string, ProjectView>): Map<string, ProjectView> {
  const read = new Map<string, ProjectView>();
  for (const [project, view] of views) {
    read.set(project, viewFromJson(viewToJson(view)) ?? createProjectView('lost'));
  }
  return read;
}

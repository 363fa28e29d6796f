import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { builtReleases } from '../../detectors/examples/story.ts';
import { isJudged } from '../../detectors/run-detectors.ts';
import { createProjectView } from '../../detectors/view/create-view.ts';
import { evolve, VIEW_FORMAT } from '../../detectors/view/evolve.ts';
import { VIEWS_SNAPSHOT, viewToJson } from '../../detectors/view/snapshot.ts';
import { createProjectViews } from '../../services/baselines/learned/project-views.ts';
import { utf8 } from '../../services/core/bytes.ts';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import { createMemoryLedger, type MemoryLedger } from '../fakes/memory-ledger.ts';
import { pushed } from '../fakes/sample-events.ts';

function createLedger(): MemoryLedger {
  const { privateKey } = generateKeyPairSync('ed25519');
  return createMemoryLedger({ origin: 'test.example/log', privateKey, clock: Date });
}

/** The view as detection folds it. */
async function foldedBy(ledger: MemoryLedger, project: string, to: number) {
  const view = createProjectView(project);
  for await (const { shard, index, event } of ledger.scan(0, 0, to)) {
    if (event.project === project && isJudged(event.type)) evolve(view, { shard, index, event });
  }
  return view;
}

const events = builtReleases().events();
const strangers: readonly ProvostEvent[] = [
  pushed({ id: 'hub-1', project: 'hub', repository: 'hub/app' }),
  pushed({ id: 'hub-2', project: 'hub', repository: 'hub/app', tags: ['2.0'] }),
];

it('is what detection would know, as the ledger grows', async () => {
  const ledger = createLedger();
  const views = createProjectViews({ ledger });
  await ledger.writer(0).append([...events.slice(0, 20), ...strangers]);
  const first = await views.viewOf('lab');
  expect(first).toMatchObject({ shard: 0, size: 22 });
  expect(first?.view).toEqual(await foldedBy(ledger, 'lab', 22));
  await ledger.writer(0).append(events.slice(20));
  const second = await views.viewOf('lab');
  expect(second?.view).toEqual(await foldedBy(ledger, 'lab', events.length + 2));
  expect([...((await views.viewOf('hub'))?.view.repositories.keys() ?? [])]).toEqual(['hub/app']);
});

it('begins with a snapshot where there is one, and reads only what is new', async () => {
  const ledger = createLedger();
  await ledger.writer(0).append(events);
  const view = await foldedBy(ledger, 'lab', 30);
  const owner = { consumer: VIEWS_SNAPSHOT, shard: 0, format: VIEW_FORMAT };
  await ledger.saveSnapshotParts(owner, [
    { name: 'lab', nextIndex: 30, state: utf8(viewToJson(view)) },
  ]);
  await ledger.saveSnapshot({ ...owner, nextIndex: 25, state: new Uint8Array() });
  const scans: (readonly [number, number])[] = [];
  const views = createProjectViews({
    ledger: {
      ...ledger,
      scan: (shard, from, to) => {
        scans.push([from, to]);
        return ledger.scan(shard, from, to);
      },
    },
  });
  const [one, other] = await Promise.all([views.viewOf('lab'), views.viewOf('lab')]);
  expect(one?.view).toEqual(await foldedBy(ledger, 'lab', events.length));
  expect(other?.view).toBe(one?.view);
  expect(scans).toEqual([
    [30, events.length],
    [events.length, events.length],
  ]);
});

it('knows no project of which the ledger never heard', async () => {
  expect(await createProjectViews({ ledger: createLedger() }).viewOf('lab')).toBeUndefined();
});

it('answers again after an outage', async () => {
  const ledger = createLedger();
  await ledger.writer(0).append(events);
  const views = createProjectViews({ ledger });
  ledger.faults.outage(true);
  await expect(views.viewOf('lab')).rejects.toMatchObject({ code: 'ledger.unavailable' });
  ledger.faults.outage(false);
  expect((await views.viewOf('lab'))?.size).toBe(events.length);
});

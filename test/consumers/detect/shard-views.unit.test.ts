import { expect, test } from 'vitest';
import { createShardViews, type ShardViews } from '../../../consumers/detect/shard-views.ts';
import { builtReleases } from '../../../detectors/examples/story.ts';
import { evolve } from '../../../detectors/view/evolve.ts';
import { viewToJson } from '../../../detectors/view/snapshot.ts';
import type { Entry } from '../../../services/core/events/event.ts';
import type { SnapshotPart } from '../../../services/ledger/ledger.ts';

const PROJECTS = ['atlas', 'borealis', 'cygnus'];

/** The work of three projects, one event of each in turn. */
const entries: readonly Entry[] = builtReleases()
  .events()
  .slice(0, 30)
  .flatMap((event) =>
    PROJECTS.map((project) => ({ ...event, project, id: `${project}-${event.id}` })),
  )
  .map((event, index) => ({ shard: 0, index, event }));

function fold(views: ShardViews, part: readonly Entry[]): ShardViews {
  for (const entry of part) {
    const view = views.toFold(entry.event.project, entry.index);
    if (view !== undefined) evolve(view, entry);
    views.passed(entry.index);
  }
  return views;
}

function saveAll(views: ShardViews): readonly string[] {
  return views
    .save(Number.POSITIVE_INFINITY)
    .parts.map(({ name, state }) => `${name} ${Buffer.from(state).toString('utf8')}`)
    .sort();
}

const whole = saveAll(fold(createShardViews(0), entries));

test('saves each project by itself, until there is enough', () => {
  const views = fold(createShardViews(0), entries);
  const first = views.save(1);
  expect(first.parts.map(({ name }) => name)).toEqual(['atlas']);
  expect(first.reflected).toBe(1);
  const rest = views.save(Number.POSITIVE_INFINITY);
  expect(rest.parts.map(({ name }) => name)).toEqual(['borealis', 'cygnus']);
  expect(rest.reflected).toBe(entries.length);
  expect(views.save(Number.POSITIVE_INFINITY)).toEqual({ parts: [], reflected: entries.length });
});

test('a project that goes on changing does not keep the others from being saved', () => {
  const views = fold(createShardViews(0), entries.slice(0, 30));
  const names: string[] = [];
  let reflected = 0;
  for (let at = 30; at < 36; at += 1) {
    fold(views, entries.slice(at, at + 1));
    const saved = views.save(1);
    names.push(...saved.parts.map(({ name }) => name));
    reflected = saved.reflected;
  }
  expect(new Set(names)).toEqual(new Set(PROJECTS));
  expect(reflected).toBeGreaterThanOrEqual(30);
});

test('views of different moments go on from the first entry that one of them lacks, and nothing counts twice', () => {
  const views = fold(createShardViews(0), entries.slice(0, 40));
  const stored = new Map<string, SnapshotPart>();
  const keep = (parts: readonly SnapshotPart[]) => {
    for (const part of parts) stored.set(part.name, part);
  };
  keep(views.save(Number.POSITIVE_INFINITY).parts);
  fold(views, entries.slice(40, 70));
  // The end comes after the first part of the next snapshot: its project is ahead of the others.
  keep(views.save(1).parts);
  const again = createShardViews(40);
  expect(again.restore([...stored.values()])).toBe(true);
  expect(new Set([...stored.values()].map(({ nextIndex }) => nextIndex))).toEqual(
    new Set([40, 70]),
  );
  fold(again, entries.slice(40));
  const restored = [...stored.values()].map(({ name }) => {
    const view = again.toFold(name, entries.length);
    return `${name} ${view && viewToJson(view)}`;
  });
  expect(restored.sort()).toEqual(whole);
});

test('a view that does not read is said', () => {
  const views = createShardViews(0);
  expect(views.restore([{ name: 'atlas', nextIndex: 1, state: Buffer.from('{"format":') }])).toBe(
    false,
  );
});

test('what is no news is asked once, until something comes; what is news is said until then', () => {
  const views = fold(createShardViews(0), entries.slice(0, 30));
  const asked: string[] = [];
  const look = () =>
    views.overdue(
      ({ now }) => now + 1,
      ({ project }) => {
        asked.push(project);
        return project === 'atlas';
      },
    );
  expect(look().map(({ project }) => project)).toEqual(['atlas']);
  expect(look().map(({ project }) => project)).toEqual(['atlas']);
  expect(asked).toEqual(['atlas', 'borealis', 'cygnus', 'atlas']);
  const next = entries.slice(30).find(({ event }) => event.project === 'borealis');
  views.toFold('borealis', next?.index ?? 0);
  look();
  expect(asked.slice(4)).toEqual(['atlas', 'borealis']);
});

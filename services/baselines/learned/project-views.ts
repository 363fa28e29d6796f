import { isJudged } from '../../../detectors/run-detectors.ts';
import { createProjectView } from '../../../detectors/view/create-view.ts';
import { evolve, VIEW_FORMAT } from '../../../detectors/view/evolve.ts';
import type { ProjectView } from '../../../detectors/view/project-view.ts';
import { VIEWS_SNAPSHOT, viewFromJson } from '../../../detectors/view/snapshot.ts';
import type { Ledger, SnapshotPart } from '../../ledger/ledger.ts';
import { searchAll } from '../../ledger/search-all.ts';

export type ProjectViews = {
  /**
   * The project's view, folded up to the ledger's end at the time of asking; undefined when the ledger knows no such
   * project. The first answer for a project reads a snapshot or its whole history and may take a moment.
   */
  readonly viewOf: (project: string) => Promise<FoldedView | undefined>;
};

type FoldedView = {
  readonly view: ProjectView;
  readonly shard: number;
  /** Entries below it are folded. */
  readonly size: number;
};

type Cached = { readonly view: ProjectView; readonly shard: number; size: number };

/** Projects whose views are kept; the one unasked for longest is let go. */
const MAX_VIEWS = 16;
/** So far behind, a newer snapshot is worth looking for. */
const FAR_BEHIND = 20_000;

/** Rebuilds what detection knows of a project, from its snapshots and the ledger, without asking it. */
export function createProjectViews(deps: {
  readonly ledger: Pick<Ledger, 'search' | 'scan' | 'size' | 'latestSnapshot' | 'snapshotParts'>;
}): ProjectViews {
  const { ledger } = deps;
  const cache = new Map<string, Cached>();
  let turn: Promise<unknown> = Promise.resolve();

  const shardOf = async (project: string): Promise<number | undefined> => {
    const { entries } = await ledger.search({ project, order: 'newest', limit: 1 });
    return entries[0]?.shard;
  };

  const fold = (cached: Cached, index: number, event: ProjectEvent): void => {
    if (index < cached.size) return;
    // Counted in the same step, so that an outage in between folds nothing twice.
    cached.size = index + 1;
    if (event.project === cached.view.project && isJudged(event.type))
      evolve(cached.view, { shard: cached.shard, index, event });
  };

  const open = async (project: string, shard: number): Promise<Cached> => {
    const saved = await readSaved(project, shard);
    if (saved !== undefined) return saved;
    const size = await ledger.size(shard);
    const cached: Cached = { view: createProjectView(project), shard, size: 0 };
    for await (const { index, event } of searchAll(ledger, { project, shard }))
      fold(cached, index, event);
    cached.size = Math.max(size, cached.size);
    return cached;
  };

  /** What the snapshot of detection says of the project; undefined when there is none, or none that reads. */
  const readSaved = async (project: string, shard: number): Promise<Cached | undefined> => {
    const snapshot = await ledger.latestSnapshot(VIEWS_SNAPSHOT, shard, VIEW_FORMAT);
    if (snapshot === undefined) return undefined;
    let saved: SnapshotPart | undefined;
    for await (const [part] of ledger.snapshotParts(snapshot, [project])) saved = part;
    const view =
      saved === undefined
        ? createProjectView(project)
        : viewFromJson(Buffer.from(saved.state).toString('utf8'));
    // A part may be ahead of the snapshot; where it is behind, the entries between are not the project's.
    const size = Math.max(snapshot.nextIndex, saved?.nextIndex ?? 0);
    return view && { view, shard, size };
  };

  const refresh = async (project: string): Promise<FoldedView | undefined> => {
    const known = cache.get(project);
    const shard = known?.shard ?? (await shardOf(project));
    if (shard === undefined) return undefined;
    const size = await ledger.size(shard);
    const cached =
      known !== undefined && size - known.size < FAR_BEHIND ? known : await open(project, shard);
    cache.delete(project);
    cache.set(project, cached);
    for (const oldest of cache.keys()) {
      if (cache.size <= MAX_VIEWS) break;
      cache.delete(oldest);
    }
    for await (const { index, event } of ledger.scan(shard, cached.size, size))
      fold(cached, index, event);
    return cached;
  };

  return {
    // One at a time: an entry is folded once, whoever asks. A failed turn fails its asker only.
    viewOf: (project) => {
      const mine = turn.then(
        () => refresh(project),
        () => refresh(project),
      );
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}

type ProjectEvent = Parameters<typeof evolve>[1]['event'];

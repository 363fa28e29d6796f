import { createProjectView } from '../../detectors/view/create-view.ts';
import type { ProjectView } from '../../detectors/view/project-view.ts';
import { viewFromJson, viewToJson } from '../../detectors/view/snapshot.ts';
import { utf8 } from '../../services/core/bytes.ts';
import type { SnapshotPart } from '../../services/ledger/ledger.ts';
import type { Overdue, SavedViews } from './judging.ts';

/**
 * The views of one shard's projects, and what of them is not saved. Each project is saved by itself: a state of many
 * projects would be longer than a text may be, would be written anew for every change, and judging would stand still
 * meanwhile.
 */
export type ShardViews = {
  /** Entries below it have passed. */
  readonly nextIndex: () => number;
  readonly passed: (index: number) => void;
  /** The project's view, which is to fold this entry; undefined when it reflects the entry already. */
  readonly toFold: (project: string, index: number) => ProjectView | undefined;
  /** Projects with a deadline that has passed and is news; what was none is not asked again while nothing else comes. */
  readonly overdue: (
    lastDeadline: (view: ProjectView) => number | undefined,
    isNews: (view: ProjectView, deadline: number) => boolean,
  ) => readonly Overdue[];
  /** Takes views as they were saved; false when one of them cannot be read. */
  readonly restore: (parts: readonly SnapshotPart[]) => boolean;
  /** Gives views that changed, those that wait for longest first, until they are `atLeastBytes` or there are no more. */
  readonly save: (atLeastBytes: number) => SavedViews;
};

type Held = {
  readonly view: ProjectView;
  /** Entries below it were folded into the view when it was saved. */
  readonly nextIndex: number;
  /** A deadline in which no rule had found anything when the view was what it is. */
  noNews: number | undefined;
};

export function createShardViews(start: number): ShardViews {
  let next = start;
  const projects = new Map<string, Held>();
  /** Project → the first entry that is not saved with its view; in the order of these entries. */
  const changed = new Map<string, number>();

  const heldOf = (project: string): Held => {
    const known = projects.get(project);
    if (known !== undefined) return known;
    const held = { view: createProjectView(project), nextIndex: 0, noNews: undefined };
    projects.set(project, held);
    return held;
  };

  return {
    nextIndex: () => next,
    passed: (index) => {
      next = index + 1;
    },
    toFold: (project, index) => {
      const held = heldOf(project);
      if (index < held.nextIndex) return undefined;
      held.noNews = undefined;
      if (!changed.has(project)) changed.set(project, index);
      return held.view;
    },
    overdue: (lastDeadline, isNews) => {
      const found: Overdue[] = [];
      for (const [project, held] of projects) {
        const deadline = lastDeadline(held.view);
        if (deadline === undefined || deadline === held.noNews) continue;
        if (isNews(held.view, deadline)) found.push({ project, deadline });
        else held.noNews = deadline;
      }
      return found;
    },
    restore: (parts) => {
      for (const { name, nextIndex, state } of parts) {
        const view = viewFromJson(Buffer.from(state).toString('utf8'));
        if (view === undefined) return false;
        projects.set(name, { view, nextIndex, noNews: undefined });
      }
      return true;
    },
    save: (atLeastBytes) => {
      const parts: SnapshotPart[] = [];
      let bytes = 0;
      for (const name of changed.keys()) {
        if (bytes >= atLeastBytes) break;
        const state = utf8(viewToJson(heldOf(name).view));
        parts.push({ name, nextIndex: next, state });
        bytes += state.byteLength;
        changed.delete(name);
      }
      const [oldest] = changed.values();
      return { parts, reflected: oldest ?? next };
    },
  };
}

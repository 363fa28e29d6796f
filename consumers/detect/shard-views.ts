import { type DetectionPolicy, detectionPolicyFor } from '../../detectors/detection-policy.ts';
import { findingEvent } from '../../detectors/finding-event.ts';
import { type DetectStep, isJudged } from '../../detectors/run-detectors.ts';
import { createProjectView } from '../../detectors/view/create-view.ts';
import { VIEW_FORMAT } from '../../detectors/view/evolve.ts';
import type { ProjectView } from '../../detectors/view/project-view.ts';
import { VIEWS_SNAPSHOT, viewsFromJson, viewsToJson } from '../../detectors/view/snapshot.ts';
import type { Governance } from '../../services/config/governance.ts';
import { utf8 } from '../../services/core/bytes.ts';
import type { Entry, EventOf } from '../../services/core/events/event.ts';
import type { Ledger } from '../../services/ledger/ledger.ts';

const SCAN_HEARTBEAT = 1000;

/** The project views of one shard, folded up to an index. */
export type ShardViews = {
  readonly shard: number;
  /** Entries below it are folded, and everything they raised was handed out. */
  readonly nextIndex: () => number;
  /** Judges an entry and folds it; an entry that is folded already raises nothing. Entries come without gaps. */
  readonly judge: (entry: Entry) => readonly EventOf<'finding.raised'>[];
  readonly toSnapshot: () => Uint8Array;
};

export type ShardViewsDeps = {
  readonly ledger: Pick<Ledger, 'scan' | 'latestSnapshot'>;
  readonly governance: Pick<Governance, 'projects' | 'rules'>;
  readonly step: DetectStep;
  readonly heartbeat: () => Promise<void>;
};

/**
 * Rebuilds a shard's views up to `from`, the first entry that this consumer has not acknowledged: from the newest
 * snapshot, else from the beginning. What the entries before `from` raised was published then and is not said again;
 * a snapshot beyond `from` holds only entries whose findings were published, so it is simply taken.
 */
export async function openShardViews(
  deps: ShardViewsDeps,
  shard: number,
  from: number,
): Promise<ShardViews> {
  const snapshot = await deps.ledger.latestSnapshot(VIEWS_SNAPSHOT, shard, VIEW_FORMAT);
  const restored = snapshot && viewsFromJson(Buffer.from(snapshot.state).toString('utf8'));
  const views = restored ?? new Map<string, ProjectView>();
  const policies = new Map<string, DetectionPolicy>();
  let nextIndex = restored === undefined ? 0 : (snapshot?.nextIndex ?? 0);

  const judge = (entry: Entry): readonly EventOf<'finding.raised'>[] => {
    if (entry.index < nextIndex) return [];
    nextIndex = entry.index + 1;
    const { event } = entry;
    // What we say ourselves needs no view: a project that only has that gets none.
    if (!isJudged(event.type)) return [];
    let view = views.get(event.project);
    if (view === undefined) {
      view = createProjectView(event.project);
      views.set(event.project, view);
    }
    let policy = policies.get(event.project);
    if (policy === undefined) {
      policy = detectionPolicyFor(deps.governance, event.project);
      policies.set(event.project, policy);
    }
    return deps.step(view, entry, policy).map((finding) => findingEvent(finding, event));
  };

  for await (const { index, event } of deps.ledger.scan(shard, nextIndex, from)) {
    judge({ shard, index, event });
    if (index % SCAN_HEARTBEAT === 0) await deps.heartbeat();
  }
  return {
    shard,
    nextIndex: () => nextIndex,
    judge,
    toSnapshot: () => utf8(viewsToJson(views.values())),
  };
}

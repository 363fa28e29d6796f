import { type DetectionPolicy, detectionPolicyFor } from '../../detectors/detection-policy.ts';
import type { Detector } from '../../detectors/detector.ts';
import { findingEvent } from '../../detectors/finding-event.ts';
import { createDeadlineJudging } from '../../detectors/judge-deadlines.ts';
import type { LaneDetector } from '../../detectors/lane/lane-detector.ts';
import { createLaneFold, type LaneFold } from '../../detectors/lane/lane-fold.ts';
import { createDetectStep, isJudged } from '../../detectors/run-detectors.ts';
import { lastDeadline } from '../../detectors/view/last-deadline.ts';
import type { ProjectView } from '../../detectors/view/project-view.ts';
import type { Governance } from '../../services/config/governance.ts';
import { utf8 } from '../../services/core/bytes.ts';
import { FatalError } from '../../services/core/errors.ts';
import { readEntryValue } from '../../services/core/events/entry-record.ts';
import type { Entry, EventOf } from '../../services/core/events/event.ts';
import { toEventRecord } from '../../services/core/events/event-record.ts';
import type { EncodedEntry, Judged, Judging } from './judging.ts';
import { createShardViews, type ShardViews } from './shard-views.ts';

/** Judges in the thread of the caller. */
export function createInlineJudging(deps: {
  readonly detectors: readonly Detector[];
  readonly laneDetectors: readonly LaneDetector[];
  readonly governance: Pick<Governance, 'projects' | 'rules'>;
}): Judging {
  const step = createDetectStep(deps.detectors);
  const deadlines = createDeadlineJudging(deps.detectors);
  const shards = new Map<number, ShardViews>();
  const policies = new Map<string, DetectionPolicy>();
  let lane: LaneFold | undefined;

  const policyOf = (project: string): DetectionPolicy => {
    const known = policies.get(project) ?? detectionPolicyFor(deps.governance, project);
    policies.set(project, known);
    return known;
  };

  const judgeEntry = (views: ShardViews, entry: Entry): readonly EventOf<'finding.raised'>[] => {
    const { event, index } = entry;
    // What we say ourselves needs no view: a project that only has that gets none.
    const view = isJudged(event.type) ? views.toFold(event.project, index) : undefined;
    if (view === undefined) return [];
    const findings = step(view, entry, policyOf(event.project));
    return findings.map((finding) => findingEvent(finding, event));
  };

  const judgeAll = (number: number, entries: readonly EncodedEntry[]) => {
    const views = shardOf(shards, number);
    const raised: EventOf<'finding.raised'>[] = [];
    for (const encoded of entries) {
      if (encoded.index < views.nextIndex()) continue;
      const entry = decodeOrStop(number, encoded);
      raised.push(...judgeEntry(views, entry));
      views.passed(entry.index);
      lane?.offer(entry);
    }
    return raised;
  };

  const openedLane = (): LaneFold => {
    if (lane === undefined) throw new FatalError('ledger.entry-missing', 'the lane is not open');
    return lane;
  };

  return {
    open: async (number, nextIndex) => {
      shards.set(number, createShardViews(nextIndex));
    },
    restore: async (number, parts) => shardOf(shards, number).restore(parts),
    judge: async (number, entries) => toJudged(judgeAll(number, entries)),
    fold: async (number, entries) => {
      judgeAll(number, entries);
    },
    save: async (number, atLeastBytes) => shardOf(shards, number).save(atLeastBytes),
    overdue: async (now) =>
      [...shards].map(([shard, views]) => ({
        shard,
        nextIndex: views.nextIndex(),
        overdue: views.overdue(
          (view) => lastDeadline(view, clockOf(view, now)),
          (view, deadline) => deadlines.isNews(view, deadline, policyOf(view.project)),
        ),
      })),
    close: async (number) => {
      shards.delete(number);
    },
    openLane: async (snapshot) => {
      const saved = snapshot && Buffer.from(snapshot.state).toString('utf8');
      lane = createLaneFold({ detectors: deps.laneDetectors, policyOf }, saved);
    },
    readLane: async (number, entries) => {
      for (const encoded of entries) openedLane().take(decodeOrStop(number, encoded));
    },
    advanceLane: async (look) => {
      const fedFrom = (shard: number) => shards.get(shard)?.nextIndex();
      const { raised, ...progress } = openedLane().advance(look, fedFrom);
      return { ...progress, judged: toJudged(raised) };
    },
    saveLane: async () => {
      const { nextIndex, state } = openedLane().save();
      return { nextIndex, state: utf8(state) };
    },
    closeLane: async () => {
      lane = undefined;
    },
    stop: async () => shards.clear(),
  };
}

/** A project's clock by the wall clock: what is usually received late is waited for as much longer. */
function clockOf({ behind }: ProjectView, now: number): number {
  return now - Math.max(0, behind);
}

function toJudged(raised: readonly EventOf<'finding.raised'>[]): Judged {
  return {
    records: raised.map(toEventRecord),
    counts: raised.map(({ data: { finding } }) => ({
      rule: finding.rule,
      disposition: finding.disposition,
    })),
  };
}

function decodeOrStop(shard: number, { index, value }: EncodedEntry): Entry {
  const event = readEntryValue(value);
  // The ledger wrote this: what does not read is a bug or a corrupt log.
  if (!event.ok) throw new FatalError('bus.corrupt-record', event.problem.message);
  return { shard, index, event: event.value };
}

function shardOf(shards: ReadonlyMap<number, ShardViews>, number: number): ShardViews {
  const shard = shards.get(number);
  if (shard === undefined)
    throw new FatalError('ledger.entry-missing', `shard ${number} is not open`);
  return shard;
}

import { type DetectionPolicy, detectionPolicyFor } from '../../detectors/detection-policy.ts';
import type { Detector } from '../../detectors/detector.ts';
import { findingEvent } from '../../detectors/finding-event.ts';
import type { LaneDetector } from '../../detectors/lane/lane-detector.ts';
import { createLaneFold, type LaneFold } from '../../detectors/lane/lane-fold.ts';
import { createDetectStep, isJudged } from '../../detectors/run-detectors.ts';
import { viewOf } from '../../detectors/view/create-view.ts';
import type { ProjectView } from '../../detectors/view/project-view.ts';
import { viewsFromJson, viewsToJson } from '../../detectors/view/snapshot.ts';
import type { Governance } from '../../services/config/governance.ts';
import { utf8 } from '../../services/core/bytes.ts';
import { FatalError } from '../../services/core/errors.ts';
import { readEntryValue } from '../../services/core/events/entry-record.ts';
import type { Entry, EventOf } from '../../services/core/events/event.ts';
import { toEventRecord } from '../../services/core/events/event-record.ts';
import type { EncodedEntry, Judged, Judging } from './judging.ts';

type Shard = { readonly views: Map<string, ProjectView>; nextIndex: number };

/** Judges in the thread of the caller. */
export function createInlineJudging(deps: {
  readonly detectors: readonly Detector[];
  readonly laneDetectors: readonly LaneDetector[];
  readonly governance: Pick<Governance, 'projects' | 'rules'>;
}): Judging {
  const step = createDetectStep(deps.detectors);
  const shards = new Map<number, Shard>();
  const policies = new Map<string, DetectionPolicy>();
  let lane: LaneFold | undefined;

  const policyOf = (project: string): DetectionPolicy => {
    const known = policies.get(project) ?? detectionPolicyFor(deps.governance, project);
    policies.set(project, known);
    return known;
  };

  const judgeEntry = (shard: Shard, entry: Entry): readonly EventOf<'finding.raised'>[] => {
    const { event } = entry;
    // What we say ourselves needs no view: a project that only has that gets none.
    if (!isJudged(event.type)) return [];
    const view = viewOf(shard.views, event.project);
    const findings = step(view, entry, policyOf(event.project));
    return findings.map((finding) => findingEvent(finding, event));
  };

  const judgeAll = (number: number, entries: readonly EncodedEntry[]) => {
    const shard = shardOf(shards, number);
    const raised: EventOf<'finding.raised'>[] = [];
    for (const encoded of entries) {
      if (encoded.index < shard.nextIndex) continue;
      const entry = decodeOrStop(number, encoded);
      shard.nextIndex = entry.index + 1;
      raised.push(...judgeEntry(shard, entry));
      lane?.offer(entry);
    }
    return raised;
  };

  const openedLane = (): LaneFold => {
    if (lane === undefined) throw new FatalError('ledger.entry-missing', 'the lane is not open');
    return lane;
  };

  return {
    open: async (number, snapshot) => {
      const restored = snapshot && viewsFromJson(textOf(snapshot.state));
      const nextIndex = restored === undefined ? 0 : (snapshot?.nextIndex ?? 0);
      shards.set(number, { views: restored ?? new Map<string, ProjectView>(), nextIndex });
      return nextIndex;
    },
    judge: async (number, entries) => toJudged(judgeAll(number, entries)),
    fold: async (number, entries) => {
      judgeAll(number, entries);
    },
    save: async (number) => utf8(viewsToJson(shardOf(shards, number).views.values())),
    close: async (number) => {
      shards.delete(number);
    },
    openLane: async (snapshot) => {
      const saved = snapshot && textOf(snapshot.state);
      lane = createLaneFold({ detectors: deps.laneDetectors, policyOf }, saved);
    },
    readLane: async (number, entries) => {
      for (const encoded of entries) openedLane().take(decodeOrStop(number, encoded));
    },
    advanceLane: async (look) => {
      const fedFrom = (shard: number) => shards.get(shard)?.nextIndex;
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

function textOf(state: Uint8Array): string {
  return Buffer.from(state).toString('utf8');
}

function shardOf(shards: ReadonlyMap<number, Shard>, number: number): Shard {
  const shard = shards.get(number);
  if (shard === undefined)
    throw new FatalError('ledger.entry-missing', `shard ${number} is not open`);
  return shard;
}

import { VIEW_FORMAT } from '../view/evolve.ts';
import type { LaneView } from './view/lane-view.ts';
import { LANE_FORMAT } from './view/learn-lane.ts';

/** Format of a snapshot of the lane: it changes with the lane's view and with the view of the projects that it shares. */
export const LANE_SNAPSHOT_FORMAT = LANE_FORMAT * 1000 + VIEW_FORMAT;

const MAP = '$map';

/** The lane, and whatever its consumer keeps beside it, as JSON text that {@link laneFromJson} reads back. */
export function laneToJson<T extends { readonly lane: LaneView }>(state: T): string {
  return JSON.stringify({ format: LANE_SNAPSHOT_FORMAT, state }, (_key, value: unknown) =>
    value instanceof Map ? { [MAP]: [...value] } : value,
  );
}

/** What {@link laneToJson} wrote; undefined when it is cut, damaged or of another format. */
export function laneFromJson<T extends { readonly lane: LaneView }>(text: string): T | undefined {
  try {
    const { format, state } = JSON.parse(text, (_key, value: unknown) =>
      isMapJson(value) ? new Map(value[MAP]) : value,
    ) as { readonly format: number; readonly state: T };
    return format === LANE_SNAPSHOT_FORMAT ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Names that senders choose are keys of maps or texts, but a held entry is as they sent it: it has more members. */
function isMapJson(value: unknown): value is { readonly [MAP]: readonly [unknown, unknown][] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.hasOwn(value, MAP) &&
    Object.keys(value).length === 1 &&
    Array.isArray((value as { readonly [MAP]: unknown })[MAP])
  );
}

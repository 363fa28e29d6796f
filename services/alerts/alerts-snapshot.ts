import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { BaselineScope, Expectations } from '../core/baseline/baseline.ts';
import { Alert, type AlertsState, Announcement, Incident, OutboxItem } from './alert.ts';

/** Consumer name under which the ledger keeps the snapshots. */
export const SNAPSHOT_CONSUMER = 'alert';
/** Goes up with every change of the state or of what the fold decides: older snapshots are then never loaded. */
export const SNAPSHOT_FORMAT = 3;

const ref = Type.Object({
  shard: Type.Integer(),
  index: Type.Integer(),
  source: Type.String(),
  id: Type.String(),
});
const declared = { version: Type.Integer(), scope: BaselineScope, value: Expectations, ref };
const Proposed = Type.Object({
  ...declared,
  repository: Type.String(),
  by: Type.String(),
  byId: Type.String(),
});
const Approved = Type.Object({
  ...declared,
  id: Type.String(),
  proposedBy: Type.String(),
  approvedBy: Type.String(),
});
const ProjectBaselines = Type.Object({
  project: Type.String(),
  proposed: Type.Array(Type.Tuple([Type.String(), Proposed])),
  approved: Type.Array(Type.Tuple([Type.String(), Type.Array(Approved)])),
  count: Type.Integer(),
});

const Pairs = Type.Array(Type.Tuple([Type.String(), Type.String()]));
const SnapshotState = Type.Object({
  alerts: Type.Array(Alert),
  current: Pairs,
  incidents: Type.Array(Incident),
  incidentKeys: Pairs,
  unannounced: Type.Array(Announcement),
  outbox: Type.Array(OutboxItem),
  baselines: Type.Array(ProjectBaselines),
  now: Type.Integer(),
  sweptAt: Type.Integer(),
});
const snapshotState = Compile(SnapshotState);

/** The state as bytes; {@link readSnapshot} gives it back. */
export function writeSnapshot(state: AlertsState): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      alerts: [...state.alerts.values()],
      current: [...state.current],
      incidents: [...state.incidents.values()],
      incidentKeys: [...state.incidentKeys],
      unannounced: [...state.unannounced.values()],
      outbox: [...state.outbox.values()],
      baselines: [...state.baselines].map(([project, { proposed, approved, count }]) => ({
        project,
        proposed: [...proposed],
        approved: [...approved],
        count,
      })),
      now: state.now,
      sweptAt: state.sweptAt,
    }),
  );
}

/** The state, or undefined when the bytes are not one: the ledger is then folded from its beginning. */
export function readSnapshot(bytes: Uint8Array): AlertsState | undefined {
  const value = parse(bytes);
  if (!snapshotState.Check(value)) return undefined;
  return {
    alerts: new Map(value.alerts.map((alert) => [alert.alertId, alert])),
    current: new Map(value.current),
    incidents: new Map(value.incidents.map((incident) => [incident.incidentId, incident])),
    incidentKeys: new Map(value.incidentKeys),
    unannounced: new Map(value.unannounced.map((item) => [item.eventId, item])),
    outbox: new Map(value.outbox.map((item) => [item.eventId, item])),
    baselines: new Map(
      value.baselines.map(({ project, proposed, approved, count }) => [
        project,
        { proposed: new Map(proposed), approved: new Map(approved), count },
      ]),
    ),
    now: value.now,
    sweptAt: value.sweptAt,
  };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

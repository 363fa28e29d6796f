import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Alert, type AlertsState, Announcement, Incident, OutboxItem } from './alert.ts';

/** Consumer name under which the ledger keeps the snapshots. */
export const SNAPSHOT_CONSUMER = 'alert';
/** Goes up with every change of the state or of what the fold decides: older snapshots are then never loaded. */
export const SNAPSHOT_FORMAT = 1;

const Pairs = Type.Array(Type.Tuple([Type.String(), Type.String()]));
const SnapshotState = Type.Object({
  alerts: Type.Array(Alert),
  current: Pairs,
  incidents: Type.Array(Incident),
  incidentKeys: Pairs,
  unannounced: Type.Array(Announcement),
  outbox: Type.Array(OutboxItem),
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

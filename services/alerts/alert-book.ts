import type { Clock } from '../core/clock.ts';
import { problem } from '../core/errors.ts';
import type { Entry, ProvostEvent } from '../core/events/event.ts';
import type { Disposition, Finding } from '../core/finding.ts';
import { fail, type Outcome, ok } from '../core/outcome.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Alert, type AlertStatus, type AlertsState, initialState, statusAt } from './alert.ts';
import { type AlertView, toAlertView } from './alert-view.ts';
import { decideTransition, type TransitionCommand } from './decide-transition.ts';
import { foldEntry } from './evolve-alerts.ts';
import { openShardAlerts, type ShardAlerts } from './shard-alerts.ts';

export type AlertBookDeps = {
  readonly ledger: Pick<
    Ledger,
    'shards' | 'size' | 'scan' | 'entry' | 'saveSnapshot' | 'latestSnapshot'
  >;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Durable when it resolves; throws `bus.*` on an outage. */
  readonly publish: (event: ProvostEvent) => Promise<void>;
};

type AlertFilter = {
  readonly project?: string;
  readonly status?: AlertStatus;
  readonly disposition?: Disposition;
  readonly rule?: string;
  readonly limit: number;
  readonly cursor?: string;
};

type AlertDecision =
  | {
      readonly kind: 'acknowledge' | 'resolve';
      readonly alertId: string;
      readonly by: string;
      readonly reason?: string;
    }
  | {
      readonly kind: 'suppress';
      readonly alertId: string;
      readonly by: string;
      readonly reason: string;
      readonly until: string;
    };

/** Alerts as the ledger tells them: every answer is folded up to the ledger's end at the time of asking. */
export type AlertBook = {
  /** Newest opened first, by keyset; a strange cursor is `cursor.invalid`. Each view has its newest finding. */
  readonly list: (
    filter: AlertFilter,
  ) => Promise<Outcome<{ readonly alerts: readonly AlertView[]; readonly next?: string }>>;
  /** One alert with the newest hundred of its findings. */
  readonly find: (alertId: string) => Promise<AlertView | undefined>;
  readonly incident: (
    incidentId: string,
  ) => Promise<
    { incidentId: string; project: string; openedAt: string; alerts: AlertView[] } | undefined
  >;
  /** Resolves with the alert as it will be, once the decision is durable on the bus. */
  readonly decide: (decision: AlertDecision) => Promise<Outcome<AlertView>>;
};

const MAX_FINDINGS = 100;

export function createAlertBook(deps: AlertBookDeps): AlertBook {
  const shards = new Map<number, ShardAlerts>();
  let refreshing: Promise<void> = Promise.resolve();

  const readOn = async (): Promise<void> => {
    for (const shard of await deps.ledger.shards()) {
      const known = shards.get(shard);
      if (known === undefined) shards.set(shard, await openShardAlerts(deps.ledger, shard));
      else await known.catchUp();
    }
  };
  // One at a time: an entry is folded once, whoever asks. A failed turn fails its asker only.
  const refresh = (): Promise<void> => {
    refreshing = refreshing.then(readOn, readOn);
    return refreshing;
  };

  const states = (): readonly AlertsState[] => [...shards.values()].map(({ state }) => state);
  const lookUp = (alertId: string) => states().find((state) => state.alerts.has(alertId));

  const view = async (alert: Alert, findings: number): Promise<AlertView> => {
    const entries = await Promise.all(
      alert.findings
        .slice(-findings)
        .map(({ position }) => deps.ledger.entry(position.shard, position.index)),
    );
    const read = entries.flatMap((entry): readonly Finding[] =>
      entry?.event.type === 'finding.raised' ? [entry.event.data.finding] : [],
    );
    return toAlertView(alert, read, deps.clock.now());
  };

  return {
    list: async (filter) => {
      const start = filter.cursor === undefined ? undefined : parseCursor(filter.cursor);
      if (filter.cursor !== undefined && start === undefined)
        return fail(problem('cursor.invalid', 'expected a cursor from a page of this list'));
      await refresh();
      const now = deps.clock.now();
      const matching = states()
        .flatMap((state) => [...state.alerts.values()])
        .filter((alert) => fits(alert, filter, now))
        .filter((alert) => start === undefined || inOrder(start, alert) < 0)
        .sort(inOrder);
      const page = matching.slice(0, filter.limit);
      const last = page.at(-1);
      const alerts = await Promise.all(page.map((alert) => view(alert, 1)));
      return ok(
        matching.length > page.length && last !== undefined
          ? { alerts, next: formatCursor(last) }
          : { alerts },
      );
    },
    find: async (alertId) => {
      await refresh();
      const alert = lookUp(alertId)?.alerts.get(alertId);
      return alert === undefined ? undefined : await view(alert, MAX_FINDINGS);
    },
    incident: async (incidentId) => {
      await refresh();
      for (const state of states()) {
        const incident = state.incidents.get(incidentId);
        if (incident === undefined) continue;
        const alerts = incident.alertIds.flatMap((alertId) => state.alerts.get(alertId) ?? []);
        return {
          incidentId,
          project: incident.project,
          openedAt: new Date(incident.openedAt).toISOString(),
          alerts: await Promise.all(alerts.map((alert) => view(alert, 1))),
        };
      }
      return undefined;
    },
    decide: async (decision) => {
      await refresh();
      const state = lookUp(decision.alertId) ?? initialState();
      const at = deps.clock.now();
      const command: TransitionCommand = { ...decision, commandId: deps.newId(), at };
      const event = decideTransition(state, command);
      if (!event.ok) return event;
      await deps.publish(event.value);
      return ok(await view(preview(state, decision.alertId, event.value), MAX_FINDINGS));
    },
  };
}

/** The alert as it will be when the event comes back; the book itself waits for the ledger. */
function preview(state: AlertsState, alertId: string, event: ProvostEvent): Alert {
  const alert = structuredClone(state.alerts.get(alertId));
  if (alert === undefined) throw new TypeError('the alert was there a moment ago');
  const copy = initialState();
  copy.alerts.set(alertId, alert);
  const position = alert.findings[0]?.position ?? { shard: 0, index: 0 };
  foldEntry(copy, { ...position, event } as Entry);
  return alert;
}

function fits(alert: Alert, filter: AlertFilter, now: number): boolean {
  return (
    (filter.project === undefined || alert.project === filter.project) &&
    (filter.status === undefined || statusAt(alert, now) === filter.status) &&
    (filter.disposition === undefined || alert.disposition === filter.disposition) &&
    (filter.rule === undefined || alert.rule === filter.rule)
  );
}

type Place = Pick<Alert, 'openedAt' | 'alertId'>;

function inOrder(a: Place, b: Place): number {
  if (a.openedAt !== b.openedAt) return b.openedAt - a.openedAt;
  return a.alertId < b.alertId ? -1 : a.alertId > b.alertId ? 1 : 0;
}

function formatCursor({ openedAt, alertId }: Place): string {
  return Buffer.from(`${openedAt}:${alertId}`).toString('base64url');
}

function parseCursor(text: string): Place | undefined {
  const match = /^(\d{1,15}):([0-9a-f]{32})$/.exec(Buffer.from(text, 'base64url').toString());
  const [, openedAt, alertId] = match ?? [];
  return openedAt === undefined || alertId === undefined
    ? undefined
    : { openedAt: Number(openedAt), alertId };
}

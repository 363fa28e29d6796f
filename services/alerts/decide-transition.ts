import { type Problem, problem } from '../core/errors.ts';
import type { ProvostEvent } from '../core/events/event.ts';
import { ownEnvelope } from '../core/events/own-envelope.ts';
import { fail, type Outcome, ok } from '../core/outcome.ts';
import { type AlertsState, statusAt } from './alert.ts';
import { mayBecome } from './may-become.ts';

/** What a person asks for. `commandId` makes a repeated request the same event. */
export type TransitionCommand = {
  readonly alertId: string;
  readonly by: string;
  readonly commandId: string;
  /** Milliseconds: when the request came. */
  readonly at: number;
} & (
  | { readonly kind: 'acknowledge' | 'resolve'; readonly reason?: string }
  | {
      readonly kind: 'suppress';
      readonly reason: string;
      /** RFC 3339. */
      readonly until: string;
    }
);

/** Nobody silences an alert for longer; whoever still wants it then has to say so again. */
const MAX_SUPPRESSION_MS = 366 * 24 * 3_600_000;

const STATUS = {
  acknowledge: 'acknowledged',
  resolve: 'resolved',
  suppress: 'suppressed',
} as const;

/**
 * The event to publish when the transition is legal at that moment; else `alert.not-found` or `alert.transition`.
 * It decides again when the event comes back from the ledger, so of two people the first one counts.
 */
export function decideTransition(
  state: AlertsState,
  command: TransitionCommand,
): Outcome<ProvostEvent> {
  const alert = state.alerts.get(command.alertId);
  if (alert === undefined)
    return fail(problem('alert.not-found', `no alert ${command.alertId.slice(0, 64)}`));
  const status = STATUS[command.kind];
  if (!mayBecome(alert, status, command.at)) {
    const now = statusAt(alert, command.at);
    return fail(refusal(`the alert is ${now} and cannot become ${status}`));
  }
  const reason = command.reason?.trim();
  const time = new Date(command.at).toISOString();
  const { alertId, incidentId, project } = alert;
  const envelope = ownEnvelope({
    id: `alert:${alertId}:${status}:${command.commandId}`,
    subject: alertId,
    project,
    time,
  });
  const data = { project, alertId, incidentId, by: command.by, ...(reason ? { reason } : {}) };
  switch (command.kind) {
    case 'acknowledge':
      return ok({ ...envelope, type: 'alert.acknowledged', data });
    case 'resolve':
      return ok({ ...envelope, type: 'alert.resolved', data });
    case 'suppress': {
      const until = Date.parse(command.until);
      if (!reason) return fail(refusal('a suppression needs a reason'));
      if (!(until > command.at))
        return fail(refusal(`expected until after ${time}, received an earlier time`));
      if (until - command.at > MAX_SUPPRESSION_MS)
        return fail(refusal('a suppression lasts 366 days at most'));
      return ok({ ...envelope, type: 'alert.suppressed', data: { ...data, until: command.until } });
    }
  }
}

function refusal(message: string): Problem {
  return problem('alert.transition', message);
}

import { type Alert, statusAt } from './alert.ts';

/** Transitions that people may ask for, by the status that counts at that moment. */
const TRANSITIONS = {
  open: ['acknowledged', 'resolved', 'suppressed'],
  acknowledged: ['resolved', 'suppressed'],
  suppressed: ['resolved', 'suppressed'],
  resolved: [],
} as const satisfies Record<
  Alert['status'],
  readonly ('acknowledged' | 'resolved' | 'suppressed')[]
>;

/** Whether somebody may move the alert to the status at that moment. */
export function mayBecome(
  alert: Alert,
  status: 'acknowledged' | 'resolved' | 'suppressed',
  at: number,
): boolean {
  const allowed: readonly string[] = TRANSITIONS[statusAt(alert, at)];
  return allowed.includes(status);
}

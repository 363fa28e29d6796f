import type { Disposition, Finding, Severity } from '../core/finding.ts';
import type { HistoryItem, Position } from './alert.ts';

type Common = {
  readonly alertId: string;
  /** Milliseconds: acceptance of the entry that caused it. */
  readonly at: number;
  readonly position: Position;
};

/** What one ledger entry means for the alerts: the output of `decide` and the input of `evolve`. */
export type AlertFact =
  | (Common & {
      readonly kind: 'opened';
      readonly project: string;
      readonly fingerprint: string;
      readonly incidentId: string;
      readonly finding: Finding;
      /** RFC 3339 form of `at`, as the entry has it. */
      readonly receivedtime: string;
      readonly notify: boolean;
      readonly previousAlertId: string | undefined;
    })
  | (Common & {
      readonly kind: 'escalated';
      readonly finding: Finding;
      readonly receivedtime: string;
      readonly severity: Severity;
      readonly disposition: Disposition;
      /** Somebody has to look again: a broken suppression or a higher disposition undoes an acknowledgement. */
      readonly reopens: boolean;
      readonly notify: boolean;
    })
  | (Common & { readonly kind: 'folded'; readonly finding: Finding })
  | (Common & {
      readonly kind: 'decided';
      readonly eventId: string;
      readonly status: 'acknowledged' | 'resolved' | 'suppressed';
      readonly by: string;
      readonly reason: string | undefined;
      /** Milliseconds; only of a suppression. */
      readonly until: number | undefined;
    })
  /** The silence is over, and nobody has closed the alert meanwhile. */
  | (Common & {
      readonly kind: 'reopened';
      readonly eventId: string;
      readonly receivedtime: string;
      readonly channels: readonly string[];
    })
  /** An approved baseline says that everything the alert is about is known good. */
  | (Common & {
      readonly kind: 'explained';
      readonly eventId: string;
      readonly receivedtime: string;
      readonly reason: string;
    })
  /** An approved baseline says that the worst of what the alert is about is known good. */
  | (Common & {
      readonly kind: 'lowered';
      readonly severity: Severity;
      readonly disposition: Disposition;
      readonly reason: string;
    })
  /** A resolution, or the end of a silence, that was asked for came back too late to count. */
  | (Common & { readonly kind: 'overtaken'; readonly eventId: string })
  | (Common & {
      readonly kind: 'announced';
      readonly eventId: string;
      readonly announcement: 'opened' | 'escalated';
      readonly project: string;
      readonly incidentId: string;
      readonly severity: Severity;
      readonly disposition: Disposition;
      readonly receivedtime: string;
      readonly channels: readonly string[];
    })
  | (Common & {
      readonly kind: 'notified';
      readonly notificationId: string;
      readonly channel: string;
      readonly outcome: Extract<HistoryItem['kind'], 'notified' | 'notification-failed'>;
      readonly reason: string | undefined;
    });

/** A fact of one kind. */
export type FactOf<K extends AlertFact['kind']> = Extract<AlertFact, { readonly kind: K }>;

import { Counter, Histogram, type Registry } from 'prom-client';
import type { ErrorCode } from '../core/errors.ts';

export type ApiMetrics = {
  readonly accepted: (events: number) => void;
  readonly rejected: (code: ErrorCode) => void;
  readonly authFailed: (code: ErrorCode) => void;
  readonly hookEvents: (outcome: 'mapped' | 'ignored' | 'unmapped', events: number) => void;
  /** Seconds from the request's head to its durable acknowledgement. */
  readonly acknowledged: (seconds: number) => void;
};

const ACK_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Registers the API's own metrics; one registry takes them once. */
export function createApiMetrics(registry: Registry): ApiMetrics {
  const registers = [registry];
  const accepted = new Counter({
    name: 'provost_events_accepted_total',
    help: 'Events that became durable on the bus',
    registers,
  });
  const rejected = new Counter({
    name: 'provost_events_rejected_total',
    help: 'Requests with events that were refused, by error code',
    labelNames: ['code'],
    registers,
  });
  const authFailures = new Counter({
    name: 'provost_auth_failures_total',
    help: 'Requests without a sufficient token, by error code',
    labelNames: ['code'],
    registers,
  });
  const hookEvents = new Counter({
    name: 'provost_hook_events_total',
    help: 'Notifications of registries: mapped, ignored (blobs) or recorded as unmapped',
    labelNames: ['outcome'],
    registers,
  });
  const acknowledgement = new Histogram({
    name: 'provost_ack_seconds',
    help: 'Time from a request with events to its durable acknowledgement',
    buckets: ACK_BUCKETS,
    registers,
  });
  return {
    accepted: (events) => accepted.inc(events),
    rejected: (code) => rejected.inc({ code }),
    authFailed: (code) => authFailures.inc({ code }),
    hookEvents: (outcome, events) => hookEvents.inc({ outcome }, events),
    acknowledged: (seconds) => acknowledgement.observe(seconds),
  };
}

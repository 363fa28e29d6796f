import { initialState } from '../../services/alerts/alert.ts';
import type { AlertFact } from '../../services/alerts/alert-facts.ts';
import { alertIdOf, fingerprintOf } from '../../services/alerts/alert-ids.ts';
import {
  decideTransition,
  type TransitionCommand,
} from '../../services/alerts/decide-transition.ts';
import { foldEntry } from '../../services/alerts/evolve-alerts.ts';
import type { EventData, EventType } from '../../services/core/events/catalogue.ts';
import type { Entry, ProvostEvent } from '../../services/core/events/event.ts';
import type { Finding } from '../../services/core/finding.ts';
import { raised, sampleFinding } from '../fakes/sample-events.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const START = Date.parse('2026-03-01T00:00:00Z');

/** RFC 3339 of a moment after the story's start. */
export function later(ms: number): string {
  return new Date(START + ms).toISOString();
}

/** A `finding.raised` at a moment of the story. */
export function found(
  word: string,
  ms: number,
  finding: Partial<Finding> = {},
  project = 'lab',
): ProvostEvent {
  return raised(sampleFinding({ word, ...finding }), { time: later(ms), project });
}

/** A finding whose alert shares nothing with another one's but the project. */
export function loner(name: string): Partial<Finding> {
  return { subject: { kind: 'build', key: `build:${name}` }, rule: `rule-${name}` };
}

/** Numbers the events as a shard would. */
export function entriesOf(events: readonly ProvostEvent[], shard = 0): readonly Entry[] {
  return events.map((event, index) => ({ shard, index, event }) as Entry<EventType>);
}

/** Folds events in order and hands back the state and every fact. */
export function tell(events: readonly ProvostEvent[]) {
  const state = initialState();
  const facts: AlertFact[] = [];
  const entries = entriesOf(events);
  for (const entry of entries) facts.push(...foldEntry(state, entry));
  return { state, facts, alerts: [...state.alerts.values()], entries };
}

/** Id of the alert that the finding `one` opens. */
export function first(): string {
  const fingerprint = fingerprintOf('lab', sampleFinding({ word: 'one' }));
  return alertIdOf(fingerprint, sampleFinding({ word: 'one' }).findingId);
}

/** What a decision about an alert, after these events, puts on record. */
export function decided(
  given: readonly ProvostEvent[],
  command: { kind: TransitionCommand['kind']; ms: number; untilMs?: number; alertId?: string },
): ProvostEvent {
  const outcome = decideTransition(tell(given).state, {
    kind: command.kind,
    alertId: command.alertId ?? first(),
    by: 'ann',
    reason: 'known',
    commandId: 'c1',
    at: START + command.ms,
    until: later(command.untilMs ?? 0),
  } as TransitionCommand);
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return outcome.value;
}

/** What somebody says of the baseline `b-1` of `lab/tool` at a moment of the story, through a source of their own. */
export function governed<T extends 'baseline.proposed' | 'baseline.approved' | 'baseline.revoked'>(
  type: T,
  by: string,
  ms: number,
  data: Partial<EventData<T>> = {},
  project = 'lab',
): ProvostEvent {
  return {
    specversion: '1.0',
    id: `${type}-${by}-${ms}`,
    source: 'urn:people',
    type,
    time: later(ms),
    receivedtime: later(ms),
    project,
    trust: 'authenticated',
    data: {
      baselineId: 'b-1',
      kind: 'repository',
      repository: 'lab/tool',
      actor: { name: by },
      ...data,
    },
  } as ProvostEvent;
}

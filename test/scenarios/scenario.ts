import type { SourceEvent } from '../../services/core/events/event.ts';
import type { Disposition } from '../../services/core/finding.ts';
import type { Tale, Telling } from './tale.ts';

/** An incident, or what only looks like one, after an ordinary history of its project. */
export type Scenario = {
  readonly id: string;
  readonly title: string;
  /** The same story with other names, numbers and sensors for each telling. */
  readonly tell: (telling: Telling) => Told;
};

export type Told = {
  readonly tale: Tale;
  /** The first event of the incident: what is raised before it, is raised about ordinary work. */
  readonly from: SourceEvent;
  /** Classes that have to fire, and the first event at which each can be known. */
  readonly expected: readonly Expected[];
  /** Whether somebody has to be woken, or must not be; absent where both are right. */
  readonly pages?: boolean;
  /** Attacks that lie days apart are as many incidents. */
  readonly waves?: number;
  /** Says of a page or a ticket that it must not be: what is clean, the cure, the response. */
  readonly mustNotFlag?: (heard: Heard) => boolean;
};

export type Expected = { readonly detector: string; readonly at: SourceEvent };

/** A finding, with the events where replay names lines. */
export type Heard = {
  readonly detector: string;
  readonly rule: string;
  readonly disposition: Disposition;
  readonly subject: string;
  readonly message: string;
  /** The event that made it known. */
  readonly event: SourceEvent;
  /** The event that it is about: an earlier one where only time made it known. */
  readonly about: SourceEvent;
  readonly evidence: readonly SourceEvent[];
};

/** A predicate for {@link Told.mustNotFlag}: nothing may be raised at these events. */
export function at(...events: readonly SourceEvent[]): (heard: Heard) => boolean {
  const quiet = new Set(events);
  return ({ about }) => quiet.has(about);
}

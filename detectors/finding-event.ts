import { type EventOf, OWN_SOURCE, type ProvostEvent } from '../services/core/events/event.ts';
import type { Finding } from '../services/core/finding.ts';
import { timeOf } from './view/entry-facts.ts';

/** The project of a finding, and the times of the entry that made it known. */
type Occasion = { readonly project: string; readonly at: number; readonly receivedtime: string };

/**
 * The `finding.raised` event of a finding: the same bytes whenever the same entry raises it again, so that the ledger
 * drops the repetition. Its times are those of the entry that made it known, never those of this process.
 */
export function findingEvent(
  finding: Finding,
  trigger: ProvostEvent,
  project: string = trigger.project,
): EventOf<'finding.raised'> {
  const { receivedtime } = trigger;
  return findingEventOn(finding, { project, at: timeOf(trigger), receivedtime });
}

/** The same for an entry of which only the times are known. */
export function findingEventOn(
  finding: Finding,
  { project, at, receivedtime }: Occasion,
): EventOf<'finding.raised'> {
  return {
    specversion: '1.0',
    id: `finding:${finding.findingId}`,
    source: OWN_SOURCE,
    type: 'finding.raised',
    subject: finding.subject.key,
    time: new Date(at).toISOString(),
    receivedtime,
    project,
    trust: 'authenticated',
    data: { project, finding },
  };
}

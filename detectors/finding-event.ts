import { type EventOf, OWN_SOURCE, type ProvostEvent } from '../services/core/events/event.ts';
import type { Finding } from '../services/core/finding.ts';
import { timeOf } from './view/entry-facts.ts';

/**
 * The `finding.raised` event of a finding: the same bytes whenever the same entry raises it again, so that the ledger
 * drops the repetition. Its times are those of the entry that made it known, never those of this process.
 */
export function findingEvent(
  finding: Finding,
  trigger: ProvostEvent,
  project: string = trigger.project,
): EventOf<'finding.raised'> {
  return {
    specversion: '1.0',
    id: `finding:${finding.findingId}`,
    source: OWN_SOURCE,
    type: 'finding.raised',
    subject: finding.subject.key,
    time: new Date(timeOf(trigger)).toISOString(),
    receivedtime: trigger.receivedtime,
    project,
    trust: 'authenticated',
    data: { project, finding },
  };
}

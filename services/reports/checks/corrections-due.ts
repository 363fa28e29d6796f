import type { Correction, Deviation } from '../audit-report.ts';
import { CONTROLS } from '../controls.ts';
import { type Check, counted, deviation } from './check.ts';

const ID = 'corrections-due';

/** Asks of each correction that the findings call for whether it has been made in time. */
export const correctionsDue: Check = {
  id: ID,
  title: 'Corrections are made in time',
  question: 'What must be corrected, by whom, until when?',
  controls: [CONTROLS.corrective, CONTROLS.response, CONTROLS.remediate],
  run: async ({ corrections }) => {
    if (corrections.length === 0) {
      return { status: 'pass', summary: 'Nothing calls for a correction.', deviations: [] };
    }
    const overdue = corrections.filter(({ state }) => state === 'overdue');
    const left = corrections.filter(({ state }) => state === 'open' || state === 'assigned');
    const over = corrections.length - overdue.length - left.length;
    const summary = `${counted(corrections.length, 'correction')}: ${overdue.length} overdue, ${left.length} to do, ${over} done or accepted.`;
    if (overdue.length > 0) return { status: 'fail', summary, deviations: overdue.map(late) };
    return { status: left.length > 0 ? 'attention' : 'pass', summary, deviations: [] };
  },
};

function late({
  findingId,
  severity,
  subject,
  dueAt,
  owner,
  summary,
  steps,
}: Correction): Deviation {
  return deviation(ID, [findingId], {
    severity,
    title: `Overdue since ${dueAt}: ${subject}`,
    detail: `${summary} Owner: ${owner}.`,
    evidence: [],
    steps: [...steps],
  });
}

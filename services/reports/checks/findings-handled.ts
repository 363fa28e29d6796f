import type { Deviation } from '../audit-report.ts';
import { CONTROLS } from '../controls.ts';
import type { HandledFinding } from '../handled-findings.ts';
import { type Check, counted, deviation } from './check.ts';

const ID = 'findings-handled';
const PAGE_HOURS = 24;
const PAGE_LIMIT = PAGE_HOURS * 60 * 60 * 1000;

/** Asks of each finding of the period what became of it; a page that nobody took on for a day is a deviation. */
export const findingsHandled: Check = {
  id: ID,
  title: 'Findings were handled',
  question: 'Which findings were raised, and how were they handled?',
  controls: [CONTROLS.monitoring, CONTROLS.assessment, CONTROLS.response],
  run: async ({ findings, now }) => {
    const asked = findings.filter(({ finding }) => finding.disposition !== 'log');
    if (asked.length === 0) {
      const logged = findings.length === 0 ? '' : ` ${findings.length} are on record only.`;
      const summary = `No finding asked anything of anybody.${logged}`;
      return { status: 'pass', summary, deviations: [] };
    }
    const states = ['open', 'acknowledged', 'resolved', 'suppressed'] as const;
    const parts = states
      .map((state) => ({ state, count: asked.filter((one) => one.state === state).length }))
      .filter(({ count }) => count > 0)
      .map(({ state, count }) => `${count} ${state}`);
    const summary = `${counted(asked.length, 'finding')}: ${parts.join(', ')}.`;
    const late = asked.filter(
      ({ finding, state, raisedAt }) =>
        finding.disposition === 'page' &&
        state === 'open' &&
        now - Date.parse(raisedAt) > PAGE_LIMIT,
    );
    if (late.length > 0) return { status: 'fail', summary, deviations: byAlert(late).map(ignored) };
    const open = asked.some(({ state }) => state === 'open');
    return { status: open ? 'attention' : 'pass', summary, deviations: [] };
  },
};

/** The first finding of each alert: ten findings of one alert are one thing that nobody took on. */
function byAlert(findings: readonly HandledFinding[]): HandledFinding[] {
  const first = new Map<string, HandledFinding>();
  for (const one of findings) {
    const key = one.alert?.alertId ?? one.finding.findingId;
    if (!first.has(key)) first.set(key, one);
  }
  return [...first.values()];
}

function ignored({ finding, raisedAt, alert, shard, index }: HandledFinding): Deviation {
  return deviation(ID, [alert?.alertId ?? finding.findingId], {
    severity: finding.severity,
    title: `Nobody took on: ${finding.title}`,
    detail: `Raised as a page at ${raisedAt}, still open after more than ${PAGE_HOURS} hours. ${finding.message}`,
    evidence: [
      { shard, index },
      ...finding.evidence.map((one) => ({ shard: one.shard, index: one.index })),
    ],
    steps: [
      ...(alert === undefined
        ? []
        : [
            {
              text: 'Take the alert on, so that others see that somebody works on it.',
              command: `provost alerts acknowledge ${alert.alertId}`,
            },
          ]),
      ...finding.remediation.steps,
    ],
  });
}

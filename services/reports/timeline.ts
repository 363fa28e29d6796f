import { SEVERITIES } from '../core/finding.ts';
import type { TimelineBucket } from './audit-report.ts';
import type { HandledFinding } from './handled-findings.ts';

const BUCKETS = 60;
const SHORTEST = 60 * 1000;

/** Counts changes over a period that is cut into at most sixty equal parts. */
export type TimelineBuilder = {
  readonly addChange: (time: string) => void;
  readonly build: (findings: readonly HandledFinding[]) => readonly TimelineBucket[];
};

export function createTimeline(from: string, to: string): TimelineBuilder {
  const start = Date.parse(from);
  const span = Date.parse(to) - start;
  const width = Math.max(SHORTEST, span / BUCKETS);
  const count = Math.max(1, Math.ceil(span / width));
  const place = (time: string) => Math.floor((Date.parse(time) - start) / width);
  const changes = new Array<number>(count).fill(0);
  return {
    addChange: (time) => {
      const at = place(time);
      if (at >= 0 && at < count) changes[at] = (changes[at] ?? 0) + 1;
    },
    build: (findings) =>
      changes.map((number, at) => {
        const here = findings.filter(({ finding }) => place(finding.occurredAt) === at);
        const worst = Math.max(
          -1,
          ...here.map(({ finding }) => SEVERITIES.indexOf(finding.severity)),
        );
        const severity = SEVERITIES[worst];
        return {
          from: new Date(start + at * width).toISOString(),
          changes: number,
          findings: here.length,
          ...(severity !== undefined && { worst: severity }),
        };
      }),
  };
}

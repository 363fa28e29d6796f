import type { AuditReport, CheckStatus } from './audit-report.ts';
import { counted } from './checks/check.ts';
import { escapeHtml } from './html-text.ts';

const WIDTH = 900;
const HEIGHT = 150;
const TOP = 40;
const BASE = 120;
const STATUSES: readonly { readonly status: CheckStatus; readonly word: string }[] = [
  { status: 'fail', word: 'failed' },
  { status: 'attention', word: 'with something to look at' },
  { status: 'pass', word: 'passed' },
  { status: 'not-applicable', word: 'not applicable' },
];

/** The period from left to right: bars for changes of tags and images, circles above for findings. */
export function renderTimeline(report: AuditReport): string {
  const { timeline, counts, from, to } = report;
  const most = Math.max(1, ...timeline.map(({ changes }) => changes));
  const step = WIDTH / Math.max(1, timeline.length);
  const marks = timeline.map(({ changes, findings, worst }, at) => {
    const x = at * step;
    const height = (changes / most) * (BASE - TOP);
    const bar =
      changes === 0
        ? ''
        : `<rect class="change" x="${round(x + step * 0.15)}" y="${round(BASE - height)}" width="${round(step * 0.7)}" height="${round(height)}"/>`;
    const size = Math.min(9, 4 + Math.log2(1 + findings));
    const dot =
      findings === 0
        ? ''
        : `<g class="${worst ?? 'info'}"><circle class="finding" cx="${round(x + step / 2)}" cy="22" r="${round(size)}"/></g>`;
    return bar + dot;
  });
  const label = `Time-line from ${day(from)} to ${day(to)}: ${counted(counts.changes, 'change')} of tags and images (bars), ${counted(counts.findings, 'finding')} (circles).`;
  return `<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(label)}"><line class="axis" x1="0" y1="${BASE}" x2="${WIDTH}" y2="${BASE}"/>${marks.join('')}<text x="0" y="${HEIGHT - 12}">${escapeHtml(day(from))}</text><text x="${WIDTH}" y="${HEIGHT - 12}" text-anchor="end">${escapeHtml(day(to))}</text></svg><figcaption class="soft">${escapeHtml(label)} The tallest bar is ${most}.</figcaption></figure>`;
}

/** One bar, cut by how the checks ended. */
export function renderCheckBar({ checks }: AuditReport): string {
  const total = Math.max(1, checks.length);
  let x = 0;
  const parts: string[] = [];
  const words: string[] = [];
  for (const { status, word } of STATUSES) {
    const count = checks.filter((check) => check.status === status).length;
    if (count === 0) continue;
    const width = (count / total) * WIDTH;
    parts.push(
      `<rect class="bar-${status}" x="${round(x)}" y="0" width="${round(Math.max(0, width - 3))}" height="22" rx="3"/>`,
    );
    words.push(`${count} ${word}`);
    x += width;
  }
  const label = `${counted(checks.length, 'check')}: ${words.join(', ')}.`;
  return `<figure><svg viewBox="0 0 ${WIDTH} 22" role="img" aria-label="${escapeHtml(label)}">${parts.join('')}</svg><figcaption class="soft">${escapeHtml(label)}</figcaption></figure>`;
}

function day(time: string): string {
  return new Date(time).toISOString().slice(0, 10);
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

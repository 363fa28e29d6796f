import { createHash } from 'node:crypto';
import type {
  AuditReport,
  CheckReport,
  Correction,
  Deviation,
  EvidenceRef,
  ReportedFinding,
} from './audit-report.ts';
import { counted } from './checks/check.ts';
import { escapeHtml } from './html-text.ts';
import { renderCheckBar, renderTimeline } from './render-pictures.ts';
import { REPORT_STYLE } from './report-style.ts';

export type HtmlOptions = {
  /** Digest of the report's JSON, which the page states. */
  readonly digest: string;
  /** Where the service is reached, for links to evidence; without it the page says where an entry lies. */
  readonly publicUrl?: string | undefined;
};

const STATUS_WORDS = {
  pass: 'passed',
  attention: 'wants attention',
  fail: 'failed',
  'not-applicable': 'not applicable',
} as const;

/** One self-contained page without scripts or requests, for the screen, a screen reader and paper; every text in it is escaped. */
export function renderReportHtml(report: AuditReport, options: HtmlOptions): string {
  const style = createHash('sha256').update(REPORT_STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'`;
  const title = `Audit of ${report.project}, ${minute(report.from)} to ${minute(report.to)}`;
  const evidence = evidenceRenderer(options);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<a class="skip" href="#checks">Skip to the checks</a>
<header>
<p class="soft">Provost audit report</p>
<h1>${escapeHtml(title)}</h1>
</header>
<main>
${summary(report)}
${report.counts.entries === 0 ? emptyState(report) : `<h2 id="timeline">The period</h2>\n${renderTimeline(report)}`}
<h2 id="checks">Checks</h2>
${renderCheckBar(report)}
${report.checks.map((check) => renderCheck(check, evidence)).join('\n')}
<h2 id="corrections">What must be corrected</h2>
${corrections(report)}
<h2 id="findings">Findings</h2>
${findings(report, evidence)}
<h2 id="basis">What this report rests on</h2>
${basis(report)}
</main>
<footer>
<p>Report ${escapeHtml(report.auditId)}. Digest of its JSON form: <code>${escapeHtml(options.digest)}</code></p>
</footer>
</body>
</html>
`;
}

type EvidenceRenderer = (refs: readonly EvidenceRef[]) => string;

function evidenceRenderer({ publicUrl }: HtmlOptions): EvidenceRenderer {
  const base = publicUrl !== undefined && /^https?:\/\//.test(publicUrl) ? publicUrl : undefined;
  return (refs) => {
    const unique = new Map(refs.map(({ shard, index }) => [`${shard}/${index}`, { shard, index }]));
    if (unique.size === 0) return '';
    const items = [...unique.keys()].map((place) =>
      base === undefined
        ? `<code>${place}</code>`
        : `<a href="${escapeHtml(`${base.replace(/\/+$/, '')}/api/v1/entries/${place}`)}"><code>${place}</code></a>`,
    );
    return `<p>Evidence (shard/index): ${items.join(', ')}</p>`;
  };
}

function summary({ verdict, counts, by, completedAt, from, to }: AuditReport): string {
  const accepted = counts.accepted === 0 ? '' : `, ${counts.accepted} accepted`;
  return `<div class="verdict ${verdict.status}" role="status"><p>${escapeHtml(verdict.sentence)}</p></div>
<dl class="facts">
<dt>Period</dt><dd>${time(from)} to ${time(to)}, the end not included</dd>
<dt>Made</dt><dd>${time(completedAt)} for ${escapeHtml(by)}</dd>
<dt>Recorded</dt><dd>${counted(counts.entries, 'event')}, ${counts.changes} of them changes of tags and images</dd>
<dt>Found</dt><dd>${counted(counts.findings, 'finding')}, ${counted(counts.deviations, 'deviation')}${accepted}</dd>
</dl>`;
}

function emptyState({ project }: AuditReport): string {
  return `<h2 id="timeline">Nothing was recorded</h2>
<p>An empty period is not a clean one: either nothing happened, or nothing was reported. See which it is:</p>
<ul>
<li>Is the name right? A project is a name of the governance file, or the first part of a repository’s name. This audit asked for <code>${escapeHtml(project)}</code>.</li>
<li>Does anything arrive at all?<pre><code>provost doctor</code></pre></li>
<li>Does the registry send its notifications here? The guide “Connect a registry” shows the five steps.</li>
<li>Is the period right? The time that counts is the time of the event, in UTC.</li>
</ul>`;
}

function renderCheck(check: CheckReport, evidence: EvidenceRenderer): string {
  const controls = check.controls.map(
    ({ framework, id, title }) => `${escapeHtml(`${framework} ${id}`)} (${escapeHtml(title)})`,
  );
  const omitted =
    check.omitted === 0
      ? ''
      : `<p class="soft">${check.omitted} more deviations are counted and not listed.</p>`;
  return `<section aria-labelledby="check-${check.id}">
<h3 id="check-${check.id}">${escapeHtml(check.title)} <span class="badge ${check.status}">${STATUS_WORDS[check.status]}</span></h3>
<p class="soft">${escapeHtml(check.question)}</p>
<p>${escapeHtml(check.summary)}</p>
${check.deviations.map((one) => renderDeviation(one, evidence)).join('\n')}${omitted}
<p class="soft">Gives evidence for: ${controls.join('; ')}.</p>
</section>`;
}

function renderDeviation(deviation: Deviation, evidence: EvidenceRenderer): string {
  const { accepted } = deviation;
  const note =
    accepted === undefined
      ? ''
      : `<p><strong>Accepted</strong> by ${escapeHtml(accepted.by)}${accepted.until === undefined ? '' : ` until ${time(accepted.until)}`}: ${escapeHtml(accepted.reason)}</p>`;
  return `<section class="deviation" id="deviation-${escapeHtml(deviation.deviationId)}">
<h4>${escapeHtml(deviation.title)} ${severity(deviation.severity)}</h4>
<p>${escapeHtml(deviation.detail)}</p>
${note}${evidence(deviation.evidence)}${steps(deviation.steps)}
<p class="soft">Deviation <code>${escapeHtml(deviation.deviationId)}</code></p>
</section>`;
}

function steps(list: Deviation['steps']): string {
  if (list.length === 0) return '';
  const items = list.map(({ text, command }) => {
    const block = command === undefined ? '' : `<pre><code>${escapeHtml(command)}</code></pre>`;
    return `<li>${escapeHtml(text)}${block}</li>`;
  });
  return `<p>What to do:</p><ol>${items.join('')}</ol>`;
}

function corrections({ corrections: list, omitted }: AuditReport): string {
  if (list.length === 0) {
    return '<p>Nothing. When a finding asks for work, this table says what is to be done, by whom and until when.</p>';
  }
  return table({
    label: 'Corrections',
    caption:
      'One line for each alert; the due date follows from the severity unless somebody set it.',
    columns: ['About', 'What', 'Owner', 'Due', 'State'],
    rows: list.map(correctionRow),
    omitted: omitted.corrections,
  });
}

function correctionRow(correction: Correction): string {
  const { subject, rule, summary: what, steps: list, owner, dueAt, state } = correction;
  return `<tr><th scope="row">${escapeHtml(subject)}<br>${severity(correction.severity)} <span class="soft">${escapeHtml(rule)}</span></th><td>${escapeHtml(what)}${steps(list)}</td><td>${escapeHtml(owner)}</td><td>${time(dueAt)}</td><td>${state === 'overdue' ? '<strong class="fail">overdue</strong>' : state}</td></tr>`;
}

function findings({ findings: list, omitted }: AuditReport, evidence: EvidenceRenderer): string {
  if (list.length === 0) return '<p>No finding was raised about this period.</p>';
  return table({
    label: 'Findings',
    caption: 'Worst first, with what people did about each.',
    columns: ['Happened', 'Finding', 'Handled'],
    rows: list.map((one) => findingRow(one, evidence)),
    omitted: omitted.findings,
  });
}

function findingRow(one: ReportedFinding, evidence: EvidenceRenderer): string {
  const history = one.handling.map(
    ({ kind, at, by, reason }) =>
      `<li>${time(at)} ${escapeHtml(kind)}${by === undefined ? '' : ` by ${escapeHtml(by)}`}${reason === undefined ? '' : `: ${escapeHtml(reason)}`}</li>`,
  );
  return `<tr><td>${time(one.occurredAt)}</td><td><strong>${escapeHtml(one.title)}</strong> ${severity(one.severity)}<p>${escapeHtml(one.message)}</p>${evidence(one.evidence)}</td><td>${one.state}${history.length === 0 ? '' : `<ul>${history.join('')}</ul>`}</td></tr>`;
}

function basis({ ledger }: AuditReport): string {
  if (ledger.length === 0) return '<p>No shard of the ledger holds this project.</p>';
  const rows = ledger.map(
    ({ shard, size, root, signedAt }) =>
      `<tr><td>${shard}</td><td>${size}</td><td><code>${escapeHtml(root)}</code></td><td>${signedAt === undefined ? '' : time(signedAt)}</td></tr>`,
  );
  return `<p>The ledger is an append-only Merkle log. These are the signed states that the answers come from; anybody who holds a later checkpoint can prove that nothing before it was changed.</p>
${table({ label: 'Checkpoints', columns: ['Shard', 'Entries', 'Root', 'Signed'], rows })}
<p>An entry is shown and proven by its place, for example:</p><pre><code>provost proof ${ledger[0]?.shard ?? 0} 0</code></pre>`;
}

/** A table that scrolls by itself where it is wider than the page; `rows` are HTML, the other texts are ours. */
function table(of: {
  readonly label: string;
  readonly caption?: string;
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  readonly omitted?: number;
}): string {
  const { label, caption, columns, rows, omitted = 0 } = of;
  const title = caption === undefined ? '' : `<caption>${caption}</caption>\n`;
  const heads = columns.map((column) => `<th scope="col">${column}</th>`).join('');
  const more = omitted === 0 ? '' : `<p class="soft">${omitted} more.</p>`;
  return `<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table>
${title}<thead><tr>${heads}</tr></thead>
<tbody>${rows.join('')}</tbody></table></div>${more}`;
}

function severity(word: string): string {
  return `<span class="badge ${word}">${word}</span>`;
}

/** A moment for people, to the minute, with the exact one for machines. */
function time(text: string): string {
  return `<time datetime="${escapeHtml(text)}">${escapeHtml(minute(text))}</time>`;
}

function minute(text: string): string {
  const at = Date.parse(text);
  if (Number.isNaN(at)) return text;
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

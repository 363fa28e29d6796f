import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { AuditReport } from '../../services/reports/audit-report.ts';
import { escapeHtml } from '../../services/reports/html-text.ts';
import { renderReportHtml } from '../../services/reports/render-report-html.ts';
import { renderReportJson, reportDigest } from '../../services/reports/render-report-json.ts';
import { runAudit } from '../../services/reports/run-audit.ts';
import { digestOf, pushed, raised, sampleFinding } from '../fakes/sample-events.ts';
import { auditOf, ledgerWith } from './audited-ledger.ts';

const HOSTILE = `</code></pre><script>alert(1)</script><img src=x onerror='a'>"'&\u202egnp.exe\u0000\u2028\ud800`;
const validator = Compile(AuditReport);

async function hostileReport(): Promise<AuditReport> {
  const finding = sampleFinding({
    word: 'x',
    title: HOSTILE,
    message: HOSTILE,
    subject: { kind: 'tag', key: HOSTILE },
    remediation: {
      summary: HOSTILE,
      owner: HOSTILE,
      steps: [{ text: HOSTILE, command: `skopeo inspect '${HOSTILE}'` }],
    },
    occurredAt: '2026-03-02T00:00:00Z',
  });
  // The ledger keeps well-formed text only; half a surrogate pair is put in behind it.
  const kept = JSON.parse(JSON.stringify(finding).replaceAll('\\ud800', ''));
  const ledger = await ledgerWith([
    pushed({ id: 'p', time: '2026-03-01T00:00:00Z', digest: digestOf('a') }),
    raised(kept),
  ]);
  const report = await auditOf(ledger);
  return { ...report, by: HOSTILE, project: HOSTILE };
}

const page = (report: AuditReport) => renderReportHtml(report, { digest: 'sha256:0' });

/** Element names of the page, in order. */
const elementsOf = (html: string) =>
  [...html.matchAll(/<([a-zA-Z][a-zA-Z0-9]*)/g)].map(([, name]) => name ?? '');

describe('report page', () => {
  it('holds no text of an event as mark-up, and nothing that turns or hides text', async () => {
    const html = page(await hostileReport());
    expect(html).not.toMatch(/<script|<img|javascript:/i);
    expect(html).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\u2029\ufeff]/);
    expect(html.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(html).toContain('⟨U+202E⟩');
    expect(html).toContain('⟨U+D800⟩');
    const known = new Set(
      'html head meta title style body a header p h1 h2 h3 h4 main div dl dt dd figure svg line rect circle g text figcaption section span pre code ol ul li table caption thead tbody tr th td time strong br footer'.split(
        ' ',
      ),
    );
    expect(elementsOf(html).filter((name) => !known.has(name))).toEqual([]);
  });

  it('has the same elements whatever the texts say', async () => {
    const report = await hostileReport();
    const expected = elementsOf(page({ ...report, by: 'x', project: 'x' }));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (by, project) => {
        expect(elementsOf(page({ ...report, by, project }))).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('allows nothing but its own style, and refers to nothing outside', async () => {
    const html = page(await hostileReport());
    expect(html).toContain('default-src &#39;none&#39;; style-src &#39;sha256-');
    expect(html).not.toMatch(/<[^>]*\s(?:style|on[a-z]+|src)=/);
    expect(html).not.toMatch(/href="(?!#)/);
  });

  it('links evidence to the service when it is known where that is', async () => {
    const report = await hostileReport();
    const publicUrl = 'https://provost.example/"><script>';
    const html = renderReportHtml(report, { digest: 'sha256:0', publicUrl });
    expect(html).toContain(
      'href="https://provost.example/&quot;&gt;&lt;script&gt;/api/v1/entries/0/0"',
    );
    expect(renderReportHtml(report, { digest: '', publicUrl: 'javascript:x' })).not.toContain(
      'javascript:',
    );
  });

  it('teaches what to do when nothing was recorded', async () => {
    const report = await auditOf(await ledgerWith([]));
    expect(report.verdict.status).toBe('empty');
    expect(page(report)).toContain('An empty period is not a clean one');
  });

  it('starts with the verdict and names every check', async () => {
    const report = await hostileReport();
    const html = page(report);
    expect(html.indexOf('class="verdict')).toBeLessThan(html.indexOf('<h2'));
    for (const { title } of report.checks) expect(html).toContain(escapeHtml(title));
  });
});

describe('escapeHtml', () => {
  it('leaves nothing that ends a text or an attribute, and loses no plain character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = escapeHtml(text);
        expect(escaped).not.toMatch(/[<>"']/);
        expect(escaped).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(escaped.replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
      }),
    );
    expect(escapeHtml('Zoë, 5 µm – „ok“ 漢字 👍')).toBe('Zoë, 5 µm – „ok“ 漢字 👍');
  });
});

describe('report model', () => {
  it('fits its schema, and is the same text for the same ledger', async () => {
    const finding = sampleFinding({ word: 'a', occurredAt: '2026-03-02T00:00:00Z' });
    const ledger = await ledgerWith([pushed({ id: 'p' }), raised(finding)]);
    const [first, second] = [await auditOf(ledger), await auditOf(ledger)];
    expect(validator.Check(first)).toBe(true);
    expect(renderReportJson(first)).toBe(renderReportJson(second));
    expect(reportDigest(renderReportJson(first))).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(first.verdict.sentence).toBe(
      '2 deviations need correction in project lab: 2 of 4 checks failed.',
    );
  });

  it('counts changes and findings of the period only, into its time-line', async () => {
    const ledger = await ledgerWith([
      pushed({ id: 'before', time: '2026-02-28T23:59:59Z' }),
      pushed({ id: 'first', time: '2026-03-01T00:00:00Z', digest: digestOf('b') }),
      pushed({ id: 'last', time: '2026-03-31T23:59:59Z', digest: digestOf('c') }),
      pushed({ id: 'after', time: '2026-04-01T00:00:00Z', digest: digestOf('d') }),
      pushed({ id: 'other', time: '2026-03-03T00:00:00Z', project: 'else' }),
    ]);
    const report = await auditOf(ledger);
    expect(report.counts).toMatchObject({ entries: 2, changes: 2 });
    expect(report.timeline.map(({ changes }) => changes).filter((n) => n > 0)).toEqual([1, 1]);
    expect(report.timeline[0]?.changes).toBe(1);
    expect(report.timeline.at(-1)?.changes).toBe(1);
  });

  it('is refused for a period that ends before it begins', async () => {
    const ledger = await ledgerWith([]);
    const [from, to] = ['2026-03-02T00:00:00Z', '2026-03-01T00:00:00Z'];
    const request = { auditId: 'a', project: 'lab', from, to, by: 'x', now: 0, ledger, keys: [] };
    const made = await runAudit(request);
    expect(made.ok ? 'ok' : made.problem.code).toBe('audit.period');
  });

  it('lets an outage of the ledger through', async () => {
    const ledger = await ledgerWith([pushed({ id: 'p' })]);
    ledger.faults.outage(true);
    await expect(auditOf(ledger)).rejects.toThrow(/does not answer/);
  });
});

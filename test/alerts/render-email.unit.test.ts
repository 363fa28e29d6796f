import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHtml, toLine, toLines } from '../../services/alerts/delivery/plain-text.ts';
import { renderEmail } from '../../services/alerts/delivery/render-email.ts';
import { sampleNotification } from './sample-notification.ts';

const HOSTILE =
  '<img src=x onerror=alert(1)>"\'&\r\nBcc: all@example.org\r\n\r\n\u202egnp.exe\u0000\u001b[31m\u200b\u2066';

const anyText = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 40 })
  .map((codePoints) => String.fromCodePoint(...codePoints));
const markup = fc.stringMatching(/^[<>"'&=a-c/\u202e\r\n]{0,30}$/);

describe('a rendered message', () => {
  it('says what happened, what was expected, what it rests on, what to do and how to take it on', () => {
    const { subject, text, html } = renderEmail(sampleNotification());
    expect(subject).toBe('[Provost] critical page: Tag 1.0 of lab/tool was overwritten (lab)');
    for (const part of [
      'The tag points to content that no build explains.',
      'sha256:bad',
      'sha256:good',
      'shard 1, index 7',
      'https://provost.example/api/v1/entries/1/7',
      'Move the tag back.',
      'https://provost.example/api/v1/alerts/d',
      'No change was announced',
      'registry administrator',
      'mallory',
    ]) {
      expect(text).toContain(part);
      expect(html).toContain(part);
    }
    expect(text).toContain("skopeo copy 'docker://a' 'docker://b'");
    expect(html).toContain('skopeo copy &#39;docker://a&#39; &#39;docker://b&#39;');
  });

  it('tells an escalation and the end of a silence from an opening in its subject', () => {
    expect(renderEmail(sampleNotification({ kind: 'escalated' })).subject).toContain('escalated');
    expect(renderEmail(sampleNotification({ kind: 'reopened' })).subject).toContain('open again');
  });

  it('works without links', () => {
    const { text, html } = renderEmail(
      sampleNotification({
        evidence: [{ shard: 1, index: 7, role: 'judged', url: undefined }],
        acknowledge: { url: undefined, command: 'curl' },
      }),
    );
    expect(`${text}${html}`).not.toContain('https://');
  });

  it('lets no untrusted field add a line, an element, a control or a change of direction', () => {
    const hostile = sampleNotification({
      project: HOSTILE,
      rule: HOSTILE,
      title: HOSTILE,
      message: HOSTILE,
      subject: HOSTILE,
      actor: HOSTILE,
      observed: [{ name: HOSTILE, value: HOSTILE }],
      expected: [{ name: HOSTILE, value: HOSTILE }],
      context: [HOSTILE],
      evidence: [{ shard: 0, index: 0, role: HOSTILE, url: undefined }],
      remediation: {
        summary: HOSTILE,
        owner: HOSTILE,
        steps: [{ text: HOSTILE, command: HOSTILE }],
      },
    });
    const { subject, text, html } = renderEmail(hostile);
    const hidden = /[^\P{Cc}\n]|\p{Cf}/u;
    expect(subject).not.toMatch(/[\r\n]/);
    for (const face of [subject, text, html]) expect(face).not.toMatch(hidden);
    expect(html).not.toContain('<img');
    expect(html.match(/<(script|img|iframe|style|link)/g)).toBeNull();
  });

  it('shows as many attributes and elements whatever is written into it', () => {
    const shape = (html: string) => html.match(/<[^>]*>/g)?.join('');
    const clean = shape(renderEmail(sampleNotification({ title: 'x', subject: 'y' })).html);
    fc.assert(
      fc.property(fc.oneof(anyText, markup), (word) => {
        const { html } = renderEmail(sampleNotification({ title: `x${word}`, subject: word }));
        expect(shape(html)?.length).toBeLessThanOrEqual((clean ?? '').length);
      }),
    );
  });
});

describe('clean text', () => {
  it('is one line without anything invisible, for any input', () => {
    fc.assert(
      fc.property(anyText, (word) => {
        expect(toLine(word)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(toHtml(word)).not.toMatch(/[<>"']/);
        for (const line of toLines(word)) expect(line).toBe(toLine(line));
      }),
    );
  });

  it.each([
    ['a\r\nb', 'a b'],
    ['a\u2028b', 'a b'],
    ['\u202eabc', 'abc'],
    ['half \ud800 pair', 'half \ufffd pair'],
    ['Zürich 東京', 'Zürich 東京'],
  ])('of %j is %j', (from, to) => {
    expect(toLine(from)).toBe(to);
  });

  it('is cut to its length, never inside a character', () => {
    expect(toLine('abcdef', 4)).toBe('abc…');
    expect(toLine('ab😀def', 4)).toBe('ab…');
  });
});

const NOT_TEXT = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
const LONE_SURROGATE = /\p{Surrogate}/gu;
const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * One line that shows what it says: line breaks and tabs become spaces, and control, bidirectional, zero-width and
 * unassigned characters go, so that no sender can forge a header, a line or the direction of a word.
 */
export function toLine(text: string, maxLength = 1024): string {
  const line = text
    .replace(/[\s\u0085]+/gu, ' ')
    .replace(LONE_SURROGATE, '\ufffd')
    .replace(NOT_TEXT, '')
    .trim();
  return cut(line, maxLength);
}

/** Lines that show what they say: only the line breaks stay. */
export function toLines(text: string, maxLength = 4096): readonly string[] {
  return cut(text, maxLength)
    .split(/\r\n|[\r\n\u0085\u2028\u2029]/u)
    .map((line) => toLine(line))
    .filter((line) => line !== '');
}

/** The line as HTML text or as a quoted attribute. */
export function toHtml(text: string, maxLength = 4096): string {
  return toLine(text, maxLength).replace(/[&<>"']/g, (character) => HTML[character] ?? '');
}

function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  // Never half of a surrogate pair.
  return `${text.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

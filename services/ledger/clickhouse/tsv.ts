const NEEDS_ESCAPE = /[\\\t\n\r\0\b\f']/;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
  '\b': '\\b',
  '\f': '\\f',
  "'": "\\'",
};

/** A string as a field of ClickHouse's TSV, such that exactly the same string is stored. */
export function tsvText(text: string): string {
  return NEEDS_ESCAPE.test(text)
    ? text.replace(/[\\\t\n\r\0\b\f']/g, (character) => ESCAPES[character] ?? character)
    : text;
}

/** Canonical JSON as a TSV field: it holds no raw control character, so only backslashes need care. */
export function tsvJson(json: string): string {
  return json.includes('\\') ? json.replaceAll('\\', '\\\\') : json;
}

/** An Array(String) as a TSV field. */
export function tsvArray(texts: readonly string[]): string {
  if (texts.length === 0) return '[]';
  let field = '[';
  for (let i = 0; i < texts.length; i++) {
    field += `${i === 0 ? '' : ','}'${tsvText(texts[i] ?? '')}'`;
  }
  return `${field}]`;
}

/** A DateTime64(3) as a TSV field, from milliseconds since the epoch that {@link toColumnTime} allows. */
export function tsvTime(milliseconds: number): string {
  const fraction = milliseconds % 1000;
  const padded = fraction < 10 ? `00${fraction}` : fraction < 100 ? `0${fraction}` : `${fraction}`;
  return `${(milliseconds - fraction) / 1000}.${padded}`;
}

const LATEST = Date.UTC(2299, 11, 31);

/** Milliseconds of an RFC 3339 time, kept within what a DateTime64 column holds: 1970 to 2299. */
export function toColumnTime(time: string): number {
  const milliseconds = Date.parse(time);
  if (Number.isNaN(milliseconds) || milliseconds < 0) return 0;
  return Math.min(milliseconds, LATEST);
}

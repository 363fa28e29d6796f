/**
 * A few rows in one text, each a mark, the key and its fields, oldest first: a fifth of the memory of a map of small
 * objects. The functions give a new text; none of them changes or shortens what it does not name.
 */
const ROW = '\u0001';
export const FIELD = '\u0002';
/** Says that the digit behind it stands for one of these four. Control characters, which hardly a name holds. */
const ESCAPE = '\u0003';
/** Between the words of a field that lists some. */
const WORD = '\u0004';
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the packing uses.
const RESERVED = /[\u0001-\u0004]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what the packing uses.
const ESCAPED = /\u0003(\d)/g;

/** A text of a sender as a key or a field: different texts give different cells, and none looks like more than one. */
export function toCell(text: string): string {
  const breaks =
    text.includes(ROW) || text.includes(FIELD) || text.includes(ESCAPE) || text.includes(WORD);
  return breaks ? text.replace(RESERVED, (sign) => `${ESCAPE}${sign.charCodeAt(0)}`) : text;
}

/** The text of which {@link toCell} made the cell. */
export function fromCell(cell: string): string {
  return cell.includes(ESCAPE)
    ? cell.replace(ESCAPED, (_, code) => String.fromCharCode(Number(code)))
    : cell;
}

/** The fields behind the key, still packed; undefined when there is no such row. */
export function fieldsOf(rows: string, key: string): string | undefined {
  if (rows === '') return undefined;
  const head = `${ROW}${key}${FIELD}`;
  const start = rows.indexOf(head);
  return start === -1 ? undefined : rows.slice(start + head.length, endOf(rows, start));
}

/** The rows with this one where it was, or as the newest when it is new. */
export function withRow(rows: string, key: string, fields: string): string {
  const head = `${ROW}${key}${FIELD}`;
  const start = rows.indexOf(head);
  return start === -1
    ? flat(rows, head, fields, '')
    : flat(rows.slice(0, start), head, fields, rows.slice(endOf(rows, start)));
}

/** The rows with this one as the newest, and without the oldest beyond the limit. */
export function withNewestRow(rows: string, key: string, fields: string, limit: number): string {
  const others = withoutRow(rows, key);
  let from = 0;
  for (let more = countRows(others) + 1 - limit; more > 0; more -= 1) from = endOf(others, from);
  return flat(others.slice(from), `${ROW}${key}${FIELD}`, fields, '');
}

export function withoutRow(rows: string, key: string): string {
  const start = rows.indexOf(`${ROW}${key}${FIELD}`);
  return start === -1 ? rows : flat(rows.slice(0, start), rows.slice(endOf(rows, start)), '', '');
}

export function countRows(rows: string): number {
  let count = 0;
  for (let at = rows.indexOf(ROW); at !== -1; at = rows.indexOf(ROW, at + 1)) count += 1;
  return count;
}

/** Every row, oldest first: the key, then its fields. */
export function readRows(rows: string): readonly (readonly string[])[] {
  return rows === '' ? [] : rows.slice(1).split(ROW).map(splitFields);
}

export function splitFields(fields: string): readonly string[] {
  return fields.split(FIELD);
}

/** Put together by `+`, which is cheap: what becomes a row is copied there. */
export function joinFields(first: string, ...others: readonly string[]): string {
  let fields = first;
  for (const other of others) fields += FIELD + other;
  return fields;
}

/** The words of a field; of no word and of one empty word there is the same field. */
export function splitWords(field: string): string[] {
  return field === '' ? [] : field.split(WORD).map(fromCell);
}

export function joinWords(words: readonly string[]): string {
  return words.map(toCell).join(WORD);
}

/** A whole number or a time in few characters. */
export function packNumber(value: number): string {
  return value.toString(36);
}

export function unpackNumber(text: string | undefined): number {
  return text === undefined ? 0 : Number.parseInt(text, 36);
}

function endOf(rows: string, start: number): number {
  const end = rows.indexOf(ROW, start + 1);
  return end === -1 ? rows.length : end;
}

/** Texts that are put together by `+` or cut keep what they were made of; those that `join` makes stand alone. */
function flat(before: string, head: string, fields: string, after: string): string {
  return [before, head, fields, after].join('');
}

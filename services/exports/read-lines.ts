/** The lines of a file, without their newlines; `tooLong` and `unended` end the reading. */
export type Line =
  | { readonly kind: 'line'; readonly number: number; readonly bytes: Uint8Array }
  | { readonly kind: 'too-long' | 'unended'; readonly number: number };

const NEWLINE = 0x0a;

/** Splits a stream into lines in bounded memory: a line longer than allowed is reported, never gathered. */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Line> {
  let number = 1;
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of chunks) {
    const bytes = rest.byteLength === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(NEWLINE, start);
      const length = (end < 0 ? bytes.byteLength : end) - start;
      if (length > maxBytes) {
        yield { kind: 'too-long', number };
        return;
      }
      if (end < 0) break;
      yield { kind: 'line', number, bytes: bytes.subarray(start, end) };
      number++;
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
  if (rest.byteLength > 0) yield { kind: 'unended', number };
}

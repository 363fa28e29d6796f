/** Longest line that is handed on; the rest of a longer one is dropped, and what is handed on will not parse. */
const MAX_LINE = 1024 * 1024 + 1;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Splits chunks into lines without their end (LF or CRLF), in bounded memory whatever the file holds. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end === -1) break;
      const tail = chunk.subarray(start, end);
      yield trimReturn(length === 0 ? tail : Buffer.concat([...rest, tail]));
      rest = [];
      length = 0;
      start = end + 1;
    }
    if (start < chunk.byteLength && length < MAX_LINE) {
      const piece = chunk.subarray(start, start + MAX_LINE - length);
      rest.push(piece);
      length += piece.byteLength;
    }
  }
  if (length > 0) yield trimReturn(Buffer.concat(rest));
}

function trimReturn(line: Uint8Array): Uint8Array {
  return line.at(-1) === RETURN ? line.subarray(0, -1) : line;
}

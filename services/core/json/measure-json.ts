/** What one pass over the text can tell before it is parsed; `members` is exact for valid JSON. */
export type JsonMeasure = {
  readonly members: number;
  readonly surrogateEscape: boolean;
  readonly tooDeepAt: number | undefined;
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Never throws, whatever the text: counts the member separators outside of strings, and stops at
 * the bracket that opens level `maxDepth + 1`. On invalid JSON it may miscount, never under-report
 * the nesting that a parser would reach.
 */
export function measureJson(text: string, maxDepth: number): JsonMeasure {
  let members = 0;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      i = findClosingQuote(text, i);
    } else if (code === 0x3a) {
      members++;
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > maxDepth) return { members, surrogateEscape: false, tooDeepAt: i };
    } else if (code === 0x7d || code === 0x5d) {
      depth--;
    }
  }
  const surrogateEscape = text.includes('\\ud') || text.includes('\\uD');
  return { members, surrogateEscape, tooDeepAt: undefined };
}

function findClosingQuote(text: string, open: number): number {
  for (let from = open + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return text.length;
    // A quote is escaped when an odd number of backslashes stands before it.
    let start = quote;
    while (start > from && text.charCodeAt(start - 1) === BACKSLASH) start--;
    if ((quote - start) % 2 === 0) return quote;
    from = quote + 1;
  }
}

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
  let surrogateEscape = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      let close = text.indexOf('"', i + 1);
      if (close < 0) break;
      // A quote is escaped when an odd number of backslashes stands before it.
      while (text.charCodeAt(close - 1) === BACKSLASH && isEscaped(text, close, i)) {
        close = text.indexOf('"', close + 1);
        if (close < 0) return { members, surrogateEscape: true, tooDeepAt: undefined };
      }
      i = close;
    } else if (code === 0x3a) {
      members++;
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > maxDepth) return { members, surrogateEscape, tooDeepAt: i };
    } else if (code === 0x7d || code === 0x5d) {
      depth--;
    }
  }
  surrogateEscape = text.includes('\\uD') || text.includes('\\ud');
  return { members, surrogateEscape, tooDeepAt: undefined };
}

function isEscaped(text: string, quote: number, open: number): boolean {
  let start = quote;
  while (start - 1 > open && text.charCodeAt(start - 1) === BACKSLASH) start--;
  return (quote - start) % 2 === 1;
}

/** Longer texts are rarely the same twice, and a sender could make a table heavy with them. */
const LONGEST = 256;

/**
 * Gives what `read` gives, and remembers it of the texts that were asked for lately, at most `limit` of them. For pure
 * functions only: what is forgotten is read again and is the same.
 */
export function createMemo<T extends string>(
  limit: number,
  read: (text: string) => T,
): (text: string) => T {
  // Two generations: what was not asked for while the younger one filled is dropped with the elder.
  let young = new Map<string, T>();
  let old = new Map<string, T>();
  return (text) => {
    const known = young.get(text);
    if (known !== undefined) return known;
    if (text.length > LONGEST) return read(text);
    const answer = old.get(text) ?? read(text);
    if (young.size >= limit / 2) {
      old = young;
      young = new Map();
    }
    young.set(text, answer);
    return answer;
  };
}

const PLAIN = /^[A-Za-z0-9_./:@=+,][A-Za-z0-9_./:@=+,-]*$/;

/** One POSIX shell word that means exactly the text, whatever it holds; a plain word stays readable as it is. */
export function shellQuote(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

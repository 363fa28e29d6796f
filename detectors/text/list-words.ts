const MOST = 8;

/** The words with commas between them; of many the first few, and how many more there are. */
export function listWords(words: readonly string[]): string {
  const more = words.length - MOST;
  const shown = words.slice(0, MOST).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

import type { RemediationStep } from '../../services/core/finding.ts';
import { shellQuote } from '../text/shell-quote.ts';

/** Searches the ledger with the command line; the names of the query are its options. */
export function searchEntries(
  text: string,
  query: Readonly<Record<string, string>>,
): RemediationStep {
  const words = Object.entries(query).map(([name, value]) => `--${name}=${shellQuote(value)}`);
  return { text, command: `provost entries ${words.join(' ')}` };
}

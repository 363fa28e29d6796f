import type { RemediationStep } from '../../services/core/finding.ts';
import { shellQuote } from '../text/shell-quote.ts';

/** Asks a running Provost for entries; `$PROVOST_URL` and `$PROVOST_TOKEN` are those that its command line reads. */
export function searchEntries(
  text: string,
  query: Readonly<Record<string, string>>,
): RemediationStep {
  const words = Object.entries(query).map(
    ([name, value]) => `--data-urlencode ${shellQuote(`${name}=${value}`)}`,
  );
  return {
    text,
    command: `curl -fsSG "$PROVOST_URL/api/v1/entries" -H "Authorization: Bearer $PROVOST_TOKEN" ${words.join(' ')}`,
  };
}

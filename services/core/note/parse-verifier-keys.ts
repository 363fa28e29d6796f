import type { Problem } from '../errors.ts';
import { type Outcome, ok } from '../outcome.ts';
import { parseVerifierKey, type VerifierKey } from './verifier-key.ts';

/** Reads verifier keys, one a line; lines that are empty or begin with "#" are for people. Refuses all for one bad line, which it does not repeat. */
export function parseVerifierKeys(text: string): Outcome<readonly VerifierKey[], Problem> {
  const keys: VerifierKey[] = [];
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const key = parseVerifierKey(line);
    if (!key.ok) return key;
    keys.push(key.value);
  }
  return ok(keys);
}

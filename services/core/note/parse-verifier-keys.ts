import { type Problem, ProvostError } from '../errors.ts';
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

/** Keys from texts that the program itself wrote or has checked. Throws a `ProvostError` for anything else. */
export function assertVerifierKeys(texts: readonly string[]): readonly VerifierKey[] {
  const keys = parseVerifierKeys(texts.join('\n'));
  if (keys.ok) return keys.value;
  throw new ProvostError(keys.problem.code, keys.problem.message);
}

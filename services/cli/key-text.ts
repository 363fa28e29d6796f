import { existsSync, readFileSync } from 'node:fs';
import { ProvostError } from '../core/errors.ts';
import { parseVerifierKeys } from '../core/note/parse-verifier-keys.ts';
import type { VerifierKey } from '../core/note/verifier-key.ts';

/** Verifier keys from the text itself or from a file, one a line. Throws `ProvostError` `cli.usage` for anything else. */
export function readKeyText(textOrFile: string): readonly VerifierKey[] {
  const text = existsSync(textOrFile) ? readFileSync(textOrFile, 'utf8') : textOrFile;
  const keys = parseVerifierKeys(text);
  if (!keys.ok)
    throw new ProvostError(
      'cli.usage',
      `--key: ${keys.problem.message}; expected a verifier key (name+hash+key), as text or in a file`,
    );
  if (keys.value.length === 0) throw new ProvostError('cli.usage', '--key: no verifier key found');
  return keys.value;
}

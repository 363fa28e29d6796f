import { existsSync, readFileSync } from 'node:fs';
import { ProvostError } from '../core/errors.ts';
import { parseVerifierKey, type VerifierKey } from '../core/note/verifier-key.ts';

/** Verifier keys from the text itself or from a file, one a line. Throws `ProvostError` `cli.usage` for anything else. */
export function readKeyText(textOrFile: string): readonly VerifierKey[] {
  const text = existsSync(textOrFile) ? readFileSync(textOrFile, 'utf8') : textOrFile;
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const keys = lines.map((line) => {
    const key = parseVerifierKey(line);
    if (!key.ok)
      throw new ProvostError(
        'cli.usage',
        `--key: ${key.problem.message}; expected a verifier key (name+hash+key), as text or in a file`,
      );
    return key.value;
  });
  if (keys.length === 0) throw new ProvostError('cli.usage', '--key: no verifier key found');
  return keys;
}

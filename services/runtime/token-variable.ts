import { readFileSync } from 'node:fs';
import { ProvostError } from '../core/errors.ts';

/** The token of `PROVOST_TOKEN`, or of the file that `PROVOST_TOKEN_FILE` names. */
export function readTokenVariable(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { PROVOST_TOKEN: token, PROVOST_TOKEN_FILE: file } = environment;
  if (token !== undefined && token !== '') return token;
  if (file === undefined || file === '') return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new ProvostError('config.unreadable', `cannot read PROVOST_TOKEN_FILE ${file}`, {
      cause,
    });
  }
}

import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ProvostError } from '../core/errors.ts';
import { parseVerifierKeys } from '../core/note/parse-verifier-keys.ts';
import {
  ED25519,
  renameVerifierKey,
  type VerifierKey,
  verifierKeyText,
} from '../core/note/verifier-key.ts';

/** The list of the public keys that signed before the current one. */
export const FORMER_KEYS = 'former-keys.txt';

/** Where the list of former keys lies: beside the signing key. */
export function formerKeysFile(signingKeyFile: string): string {
  return join(dirname(signingKeyFile), FORMER_KEYS);
}

/**
 * Every key that checkpoints of these names may be signed with, the current ones first. A former key is written down
 * under one name of the log and counts for all of them. Rejects with `key.unreadable` when the list of former keys is
 * not one, or has a key of another log.
 */
export async function listVerifierKeys(options: {
  readonly origin: string;
  readonly names: readonly string[];
  readonly signingKeyFile: string;
  /** The current key under a name. */
  readonly current: (name: string) => string;
}): Promise<readonly string[]> {
  const { origin, names, current } = options;
  const path = formerKeysFile(options.signingKeyFile);
  const former = parseVerifierKeys(await readOptional(path));
  if (!former.ok) {
    throw new ProvostError('key.unreadable', `${path}: ${former.problem.message}`);
  }
  const stranger = former.value.find((key) => !isOfLog(key, origin));
  if (stranger !== undefined) {
    const owner = stranger.type === ED25519 ? stranger.name : `the witness ${stranger.name}`;
    throw new ProvostError(
      'key.unreadable',
      `${path}: expected keys of ${origin}, received one of ${owner}`,
    );
  }
  const of = (name: string) =>
    former.value.map((key) => verifierKeyText(renameVerifierKey(key, name)));
  return [...new Set([...names.map(current), ...names.flatMap(of)])];
}

/** The keys of the log in an earlier list that are not in the present one: a key was replaced and not written down. */
export async function missingKeys(
  earlierList: string,
  origin: string,
  present: readonly string[],
): Promise<readonly string[]> {
  const earlier = parseVerifierKeys(await readOptional(earlierList));
  if (!earlier.ok) return [];
  return earlier.value
    .filter(({ name }) => name === origin)
    .map(verifierKeyText)
    .filter((key) => !present.includes(key));
}

/** A witness signs what others publish: its key is none of a log, whatever its name. */
function isOfLog({ name, type }: VerifierKey, origin: string): boolean {
  return type === ED25519 && (name === origin || name.startsWith(`${origin}/`));
}

async function readOptional(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return '';
    throw new ProvostError('key.unreadable', `cannot read ${path} (${code})`, { cause });
  }
}

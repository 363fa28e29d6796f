import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ProvostError } from '../core/errors.ts';

/** What names the data directory. */
export const DATA_SETTING = 'PROVOST_DATA or --data';

/**
 * Makes sure that a directory is there, is one and can be written; rejects with `config.invalid` otherwise, at once.
 * `setting` is how the operator names another one.
 */
export async function openDirectory(path: string, setting: string): Promise<void> {
  try {
    await makeDirectory(path);
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const { code = 'no reason given' } = cause as NodeJS.ErrnoException;
    throw new ProvostError(
      'config.invalid',
      `the directory ${path} cannot be made or written (${code}): give it to the user that runs Provost, or name another one with ${setting}`,
      { cause },
    );
  }
}

/** As mkdir with `recursive`, which Node repeats for ever where the file system takes no directory at all (/proc). */
async function makeDirectory(path: string): Promise<void> {
  if (await isDirectory(path)) return;
  if (dirname(path) !== path) await makeDirectory(dirname(path));
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!(await isDirectory(path))) throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

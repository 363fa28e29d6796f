import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * A directory of things from elsewhere that is filled once for all runs, in `PROVOST_CACHE` (`~/.cache/provost`).
 * It is there whole or not at all: an interrupted download is never taken for a complete one.
 */
export async function cachedDirectory(
  name: string,
  fill: (directory: string) => Promise<void>,
): Promise<string> {
  const cache = process.env['PROVOST_CACHE'] ?? join(homedir(), '.cache', 'provost');
  const directory = join(cache, name);
  if (existsSync(directory)) return directory;
  const partial = `${directory}.partial-${process.pid}`;
  try {
    await mkdir(partial, { recursive: true });
    console.warn(`downloading into ${directory}`);
    await fill(partial);
    await rename(partial, directory).catch((error: unknown) => {
      // Somebody else was quicker.
      if (!existsSync(directory)) throw error;
    });
    return directory;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { currentProcess, processStartedAt } from '../bus/local-log/directory-lock.ts';

/** What a running service leaves in its data directory, so that commands find it. */
export type RunningService = {
  readonly pid: number;
  /** When the process started: a number alone may belong to another one by now. */
  readonly started: string;
  readonly url: string;
};

const FILE = 'service.json';

/** Tells commands where this service is; the file goes away with {@link withdrawService}. */
export async function announceService(dataDirectory: string, url: string): Promise<void> {
  const { pid, started } = await currentProcess();
  const service: RunningService = { pid, started, url };
  const file = join(dataDirectory, FILE);
  await writeFile(`${file}.new`, `${JSON.stringify(service)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export async function withdrawService(dataDirectory: string): Promise<void> {
  await rm(join(dataDirectory, FILE), { force: true });
}

/**
 * The service that answers for this data directory now, or undefined. The file of a dead process counts for nothing,
 * whoever answers at its address: the caller is about to send a token there.
 */
export async function findService(dataDirectory: string): Promise<RunningService | undefined> {
  let service: RunningService;
  try {
    service = JSON.parse(readFileSync(join(dataDirectory, FILE), 'utf8')) as RunningService;
  } catch {
    return undefined;
  }
  if ((await processStartedAt(service.pid)) !== service.started) return undefined;
  try {
    const response = await fetch(new URL('/livez', service.url), {
      signal: AbortSignal.timeout(5000),
      redirect: 'error',
    });
    return response.ok ? service : undefined;
  } catch {
    return undefined;
  }
}

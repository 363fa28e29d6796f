import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a running service leaves in its data directory, so that commands find it. */
export type RunningService = { readonly pid: number; readonly url: string };

const FILE = 'service.json';

/** Tells commands where this service is; the file goes away with {@link withdrawService}. */
export async function announceService(
  dataDirectory: string,
  service: RunningService,
): Promise<void> {
  const file = join(dataDirectory, FILE);
  await writeFile(`${file}.new`, `${JSON.stringify(service)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export async function withdrawService(dataDirectory: string): Promise<void> {
  await rm(join(dataDirectory, FILE), { force: true });
}

/** The service that answers for this data directory now, or undefined: a file of a dead process counts for nothing. */
export async function findService(dataDirectory: string): Promise<RunningService | undefined> {
  let service: RunningService;
  try {
    service = JSON.parse(readFileSync(join(dataDirectory, FILE), 'utf8')) as RunningService;
  } catch {
    return undefined;
  }
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

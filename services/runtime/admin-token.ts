import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mintToken } from '../api/auth/token.ts';
import type { Clock } from '../core/clock.ts';
import type { TokenStore } from '../ledger/token-store.ts';

const FILE = 'admin.token';

/** Path of the administrator's token in the data directory. */
function adminTokenFile(dataDirectory: string): string {
  return join(dataDirectory, FILE);
}

/**
 * Makes sure that somebody can administer a new service: when no token was ever issued, an administrator's token is
 * written to the data directory (mode 0600). Returns its path when it was made now.
 */
export async function ensureAdminToken(deps: {
  readonly dataDirectory: string;
  readonly tokenStore: TokenStore;
  readonly clock: Clock;
}): Promise<string | undefined> {
  if ((await deps.tokenStore.all()).length > 0) return undefined;
  const { id, token, hash } = mintToken(randomBytes);
  const path = adminTokenFile(deps.dataDirectory);
  // The file first: a crash in between leaves a file with a token that is worth nothing, and the next start makes both.
  await writeFile(path, `${token}\n`, { mode: 0o600 });
  await deps.tokenStore.put({
    id,
    name: 'administrator',
    hash,
    roles: ['admin'],
    source: '',
    createdAt: new Date(deps.clock.now()).toISOString(),
  });
  return path;
}

/** The administrator's token of this data directory, where it (still) lies there. */
export async function readAdminToken(dataDirectory: string): Promise<string | undefined> {
  try {
    return (await readFile(adminTokenFile(dataDirectory), 'utf8')).trim();
  } catch {
    return undefined;
  }
}

import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProvostError } from '../../core/errors.ts';
import type { BusLog } from '../bus-log.ts';
import { writeFully } from './append-file.ts';
import { errorCode, type LogFileSystem } from './log-file-system.ts';

/** One process on one machine: a process id alone is reused, with the start time it is not. */
export type ProcessIdentity = {
  readonly host: string;
  readonly pid: number;
  /** Clock ticks since boot (field 22 of /proc/<pid>/stat) or '' where there is no /proc. */
  readonly started: string;
};

export type DirectoryLock = { readonly release: () => Promise<void> };

export type DirectoryLockDeps = {
  readonly fileSystem: LogFileSystem;
  readonly directory: string;
  readonly log: BusLog;
  readonly self: ProcessIdentity;
  /** Tells this lock from every other one; safe as a part of a file name. */
  readonly newNonce: () => string;
  /** Start time of a process of this machine, or undefined when it is not running. */
  readonly startedAt: (pid: number) => Promise<string | undefined>;
};

const NAME = 'LOCK';
/** Time for a process that took the same stale lock over in the same moment to show itself. */
const TAKEOVER_MS = 50;

/**
 * Guarantees that one running process of this machine holds the directory; another one gets `bus.locked`. The
 * lock of a process that does not run any more is taken over. The lock of another host is never taken over,
 * because nobody here can see whether its process runs.
 */
export async function lockDirectory(deps: DirectoryLockDeps): Promise<DirectoryLock> {
  const { fileSystem, directory, self } = deps;
  const path = join(directory, NAME);
  const nonce = deps.newNonce();
  const own = join(directory, `${NAME}.${nonce}`);
  const content = Buffer.from(`${JSON.stringify({ ...self, nonce })}\n`);

  const file = await fileSystem.open(own, 'create');
  try {
    await writeFully(file, content, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    // A link appears with its content, so nobody ever sees an empty lock.
    if (!(await fileSystem.link(own, path))) await takeOver(deps, path, own, content);
  } finally {
    await fileSystem.remove(own);
  }
  await fileSystem.syncDirectory(directory);
  return {
    release: async () => {
      const current = await fileSystem.readFile(path);
      if (current !== undefined && content.equals(current)) await fileSystem.remove(path);
    },
  };
}

async function takeOver(
  { fileSystem, directory, log, startedAt, self }: DirectoryLockDeps,
  path: string,
  own: string,
  content: Buffer,
): Promise<void> {
  const bytes = await fileSystem.readFile(path);
  const holder = parseIdentity(bytes);
  if (holder !== undefined) {
    if (holder.host !== self.host) throw locked(directory, holder, `on host ${holder.host}`);
    if ((await startedAt(holder.pid)) === holder.started)
      throw locked(directory, holder, 'running');
  }
  const again = await fileSystem.readFile(path);
  if (bytes === undefined || again === undefined || !Buffer.from(bytes).equals(again)) {
    throw new ProvostError('bus.locked', `${directory} is being opened by another process`);
  }
  log.warn({ directory, pid: holder?.pid }, 'took over the lock of a process that has died');
  await fileSystem.rename(own, path);
  await sleep(TAKEOVER_MS);
  const now = await fileSystem.readFile(path);
  if (now === undefined || !content.equals(now)) {
    throw new ProvostError('bus.locked', `${directory} was opened by another process`);
  }
}

function locked(directory: string, holder: ProcessIdentity, where: string): ProvostError {
  return new ProvostError(
    'bus.locked',
    `${directory} is in use by process ${holder.pid} (${where}): stop it, or remove ${NAME} if it is gone for ever`,
  );
}

function parseIdentity(bytes: Uint8Array | undefined): ProcessIdentity | undefined {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    if (!('host' in parsed) || !('pid' in parsed) || !('started' in parsed)) return undefined;
    const { host, pid, started } = parsed;
    return typeof host === 'string' && typeof pid === 'number' && typeof started === 'string'
      ? { host, pid, started }
      : undefined;
  } catch {
    return undefined;
  }
}

/** This process. */
export async function currentProcess(): Promise<ProcessIdentity> {
  return {
    host: hostname(),
    pid: process.pid,
    started: (await processStartedAt(process.pid)) ?? '',
  };
}

/** When a process of this machine started; '' where that cannot be known, undefined when it does not run. */
export async function processStartedAt(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in parentheses and may hold spaces and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return isRunning(pid) ? '' : undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './registry.ts';

/** An empty governance file, so that one in the checkout means nothing to a test. */
export const NO_GOVERNANCE = '/dev/null';

/** A real `provost serve` in a process of its own, that can be killed. */
export type ServiceProcess = {
  readonly url: string;
  readonly pid: number;
  /** Token with the admin role, from the data directory. */
  readonly adminToken: () => string;
  /** Milliseconds from the start to the first ready answer. */
  readonly readyAfterMs: number;
  readonly kill: (signal: NodeJS.Signals) => Promise<number | null>;
  readonly exited: Promise<number | null>;
};

export type ServiceProcessOptions = {
  readonly data: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly roles?: string;
  /** Keeps the address over restarts; a free port otherwise. */
  readonly port?: number;
};

/** Starts the service and resolves when it is ready. Rejects with its log when it ends before. */
export async function startServiceProcess(options: ServiceProcessOptions): Promise<ServiceProcess> {
  const port = options.port ?? (await freePort());
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [
      '--max-semi-space-size=32',
      'dist/services/main.js',
      'serve',
      '--data',
      options.data,
      ...(options.roles === undefined ? [] : ['--roles', options.roles]),
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...cleanEnvironment(),
        PROVOST_PORT: String(port),
        PROVOST_LOG_LEVEL: 'warn',
        PROVOST_CONFIG: NO_GOVERNANCE,
        ...options.environment,
      },
    },
  );
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString('utf8')).slice(-8000);
  });
  const exited = new Promise<number | null>((resolve) =>
    child.once('exit', (code) => resolve(code)),
  );
  const url = `http://127.0.0.1:${port}`;
  await ready(url, child, () => log);
  return {
    url,
    pid: child.pid ?? 0,
    adminToken: () => readFileSync(join(options.data, 'admin.token'), 'utf8').trim(),
    readyAfterMs: performance.now() - startedAt,
    kill: (signal) => {
      child.kill(signal);
      return exited;
    },
    exited,
  };
}

/** The environment without any setting of a Provost that the caller may run. */
export function cleanEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !entry[0].startsWith('PROVOST_'),
    ),
  );
}

async function ready(url: string, child: ChildProcess, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 1200; attempt += 1) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the service ended before it was ready:\n${log()}`);
    try {
      if ((await fetch(`${url}/readyz`)).ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  child.kill('SIGKILL');
  throw new Error(`the service did not get ready within 30 s:\n${log()}`);
}

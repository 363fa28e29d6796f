import { EXIT } from '../cli/command-io.ts';
import type { Serve } from '../cli/serve.ts';
import { loadConfig } from '../config/load-config.ts';
import { ProvostError } from '../core/errors.ts';
import { createLog } from './create-log.ts';
import { describeProblems } from './describe-problems.ts';
import { startService } from './start-service.ts';

const FATAL_EXIT = 70;
const STOP_MS = 20_000;

/** Runs the service until SIGTERM or SIGINT; a fatal state ends the process at once, and the next start recovers. */
export function createServe(environment: Readonly<Record<string, string | undefined>>): Serve {
  return async ({ roles, data, config: configFile }) => {
    const loaded = loadConfig(environment, {
      ...(roles === undefined ? {} : { roles }),
      ...(data === undefined ? {} : { dataDirectory: data }),
      ...(configFile === undefined ? {} : { configFile }),
    });
    if (!loaded.ok) throw new ProvostError('config.invalid', describeProblems(loaded.problem));
    const config = loaded.value;
    const log = createLog(config.logLevel);
    const service = await startService({
      config,
      log,
      clock: Date,
      listen: true,
      onFatal: (error) => {
        log.fatal(
          { err: error },
          'the state is unknown: stopping at once; the next start recovers',
        );
        log.flush(() => process.exit(FATAL_EXIT));
      },
    });
    log.info(
      { url: service.url, roles: config.roles, data: config.dataDirectory },
      'provost is running',
    );
    process.stderr.write(
      `Provost is running at ${service.url} (roles: ${config.roles.join(', ')}). Stop it with Ctrl-C.\n`,
    );
    if (service.newAdminToken !== undefined) {
      process.stderr.write(`An administrator's token was made: ${service.newAdminToken}\n`);
    }
    const signal = await stopSignal();
    log.info({ signal }, 'stopping: no new work is taken, the rest is finished');
    // A stop that hangs (a broker that is gone) is cut short: what is not acknowledged comes again on the next start.
    const deadline = setTimeout(() => {
      log.warn('the stop took too long; ending at once, the next start takes up what was left');
      log.flush(() => process.exit(EXIT.unavailable));
    }, STOP_MS);
    await service.stop();
    clearTimeout(deadline);
    return EXIT.ok;
  };
}

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => resolve(signal));
  });
}

import { type Logger, pino } from 'pino';
import type { Config } from '../config/config.ts';

/** The process log: JSON lines on stderr, without payloads; fields that could carry a secret are removed. */
export function createLog(level: Config['logLevel']): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [
          'authorization',
          'token',
          'password',
          'secret',
          '*.authorization',
          '*.token',
          '*.password',
          '*.secret',
        ],
        remove: true,
      },
    },
    pino.destination({ fd: 2, sync: false }),
  );
}

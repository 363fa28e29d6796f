import { join } from 'node:path';
import type { LocalLogReport } from '../bus/local-log/verify-local-log.ts';
import { verifyLocalLog } from '../bus/local-log/verify-local-log.ts';
import type { Config } from '../config/config.ts';
import { problem } from '../core/errors.ts';
import type { FsckEvent, Ledger } from '../ledger/ledger.ts';

/**
 * The ledger's own check, and before it that of the embedded log, whose records may not be in the ledger yet: a
 * damaged record is a problem with its partition and offset as shard and index.
 */
export function checkEverything(config: Config, fsck: Ledger['fsck']): Ledger['fsck'] {
  if (config.bus.kind !== 'local') return fsck;
  const directory = logDirectory(config);
  return async function* (options) {
    const { damaged } = await verifyLocalLog(directory);
    // The end of a write that is under way looks like damage and is none.
    const found = damaged === undefined || damaged.unfinished ? undefined : describe(damaged);
    if (found !== undefined) yield found;
    for await (const event of fsck(options)) {
      yield event.kind === 'summary' && found !== undefined
        ? { ...event, problems: event.problems + 1 }
        : event;
    }
  };
}

/** Where the embedded log lies. */
export function logDirectory(config: Config): string {
  return join(config.dataDirectory, 'log');
}

function describe(damaged: NonNullable<LocalLogReport['damaged']>): FsckEvent {
  const { topic, partition, offset, file, position, reason } = damaged;
  return {
    kind: 'problem',
    shard: partition,
    index: Number(offset),
    problem: problem(
      'bus.corrupt-record',
      `log of ${topic}, partition ${partition}, offset ${offset}: ${reason} (byte ${position} of ${file})`,
    ),
  };
}

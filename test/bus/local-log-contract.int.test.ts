import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalLogBus } from '../../services/bus/local-log/local-log-bus.ts';
import { describeBusContract } from '../contracts/bus-contract.ts';

describeBusContract('the local log on disk', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'provost-bus-'));
  const clock = { now: () => Date.now() };
  return {
    open: () => createLocalLogBus({ directory, clock }),
    dispose: () => rm(directory, { recursive: true }),
  };
});

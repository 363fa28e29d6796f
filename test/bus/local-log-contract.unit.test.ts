import { createLocalLogBus } from '../../services/bus/local-log/local-log-bus.ts';
import { describeBusContract } from '../contracts/bus-contract.ts';
import { createMemoryLogFileSystem } from '../fakes/memory-log-file-system.ts';

describeBusContract('the local log in memory', async () => {
  const fileSystem = createMemoryLogFileSystem();
  const clock = { now: () => Date.now() };
  return {
    open: () =>
      createLocalLogBus({
        directory: '/log',
        fileSystem,
        clock,
        segmentBytes: 4_096,
        cacheBytes: 1_024,
      }),
    dispose: async () => {},
  };
});

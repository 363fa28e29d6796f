import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, onTestFinished, test } from 'vitest';
import type { Bus } from '../../services/bus/bus.ts';
import { testBatches } from './bus/batches.ts';
import { testFailures } from './bus/failures.ts';
import type { Given } from './bus/given.ts';
import { testGroups } from './bus/groups.ts';
import { testPublishing } from './bus/publishing.ts';
import { testRefusals } from './bus/refusals.ts';
import { testResuming } from './bus/resuming.ts';

/** A place for buses that outlives each of them: a directory, a broker. */
export type BusHarness = {
  /** Opens a bus on the harness's storage; at most one is open at a time where storage is exclusive. */
  readonly open: () => Promise<Bus>;
  readonly dispose: () => Promise<void>;
};

/**
 * What `services/bus/bus.ts` promises, as tests: run it against every adapter. A harness that cannot be had on
 * this machine is a string, the reason, and then every test is skipped with it.
 */
export function describeBusContract(
  name: string,
  startHarness: () => Promise<BusHarness | string>,
): void {
  describe(`the bus contract: ${name}`, { timeout: 60_000 }, () => {
    let harness: BusHarness | string;

    beforeAll(async () => {
      harness = await startHarness();
      if (typeof harness === 'string') console.warn(`${name} is skipped: ${harness}`);
    }, 120_000);
    afterAll(async () => {
      if (typeof harness !== 'string') await harness?.dispose();
    }, 60_000);

    /** A test with an open bus, a fresh topic and a way to close and reopen the bus. */
    function contractTest(
      behaviour: string,
      partitions: number,
      body: (given: Given) => Promise<void>,
    ): void {
      test(behaviour, async (context) => {
        if (typeof harness === 'string') return context.skip(harness);
        const storage = harness;
        let bus = await storage.open();
        onTestFinished(() => bus.close(), 30_000);
        const topic = `contract-${randomBytes(6).toString('hex')}`;
        await bus.ensureTopics([{ topic, partitions }]);
        await body({
          bus: () => bus,
          topic,
          group: `group-of-${topic}`,
          reopen: async () => {
            await bus.close();
            bus = await storage.open();
          },
        });
      });
    }

    testPublishing(contractTest);
    testResuming(contractTest);
    testBatches(contractTest);
    testGroups(contractTest);
    testFailures(contractTest);
    testRefusals(contractTest);
  });
}

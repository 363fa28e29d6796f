import { expect, vi } from 'vitest';
import { MAX_RECORD_BYTES } from '../../../services/bus/record-limits.ts';
import {
  type ContractTest,
  collect,
  numbered,
  PATIENCE,
  subscribing,
  text,
  textOf,
} from './given.ts';

/** What is refused, and what is over when the bus is. */
export function testRefusals(contractTest: ContractTest): void {
  contractTest(
    'refuses a record over the limit and writes none of its companions',
    1,
    async (given) => {
      const tooLarge = { key: 'k', value: new Uint8Array(MAX_RECORD_BYTES - 128) };
      await expect(
        given.bus().publish(given.topic, [...numbered(0, 2), tooLarge]),
      ).rejects.toMatchObject({ code: 'bus.record-too-large' });
      const tooManyHeaders = {
        key: 'k',
        value: text('v'),
        headers: { h: 'x'.repeat(MAX_RECORD_BYTES) },
      };
      await expect(given.bus().publish(given.topic, [tooManyHeaders])).rejects.toMatchObject({
        code: 'bus.record-too-large',
      });
      expect(await given.bus().lag(given.topic, given.group)).toMatchObject([{ end: 0n }]);
    },
  );

  contractTest('refuses a topic that does not exist', 1, async (given) => {
    const unknown = { code: 'bus.unknown-topic' };
    const bus = given.bus();
    const topic = `${given.topic}-missing`;
    await expect(bus.publish(topic, numbered(0, 1))).rejects.toMatchObject(unknown);
    await expect(bus.partitionCount(topic)).rejects.toMatchObject(unknown);
    await expect(bus.lag(topic, given.group)).rejects.toMatchObject(unknown);
    await expect(bus.subscribe({ ...subscribing(given), topic })).rejects.toMatchObject(unknown);
  });

  contractTest('keeps the number of partitions of a topic that exists', 3, async (given) => {
    await given.bus().ensureTopics([{ topic: given.topic, partitions: 9 }]);
    expect(await given.bus().partitionCount(given.topic)).toBe(3);
    await given.reopen();
    expect(await given.bus().partitionCount(given.topic)).toBe(3);
  });

  contractTest('refuses names that could be paths', 1, async (given) => {
    for (const topic of ['../up', '..', '', 'a/b', 'x'.repeat(250)]) {
      await expect(given.bus().ensureTopics([{ topic, partitions: 1 }])).rejects.toMatchObject({
        code: 'bus.invalid-name',
      });
    }
  });

  contractTest(
    'finishes publishes in flight when it closes, and refuses later ones',
    1,
    async (given) => {
      const bus = given.bus();
      const inFlight = bus.publish(given.topic, numbered(0, 3));
      await bus.close();
      await bus.close();
      expect(await inFlight).toHaveLength(3);
      await expect(bus.publish(given.topic, numbered(3, 1))).rejects.toMatchObject({
        code: 'bus.unavailable',
      });
      await given.reopen();
      const { records } = await collect(given);
      await vi.waitFor(() => expect(records.map(textOf)).toEqual(['0', '1', '2']), PATIENCE);
    },
  );
}

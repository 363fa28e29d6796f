import { expect, vi } from 'vitest';
import { publishDeadLetter } from '../../../services/bus/dead-letter.ts';
import { FatalError } from '../../../services/core/errors.ts';
import { type ContractTest, collect, numbered, PATIENCE, subscribing, textOf } from './given.ts';

/** What stops a subscription for ever, and what does not. */
export function testFailures(contractTest: ContractTest): void {
  contractTest('stops for ever and reports when a handler is fatal', 1, async (given) => {
    await given.bus().publish(given.topic, numbered(0, 3));
    const errors: Error[] = [];
    let calls = 0;
    await given.bus().subscribe({
      ...subscribing(given),
      handler: async () => {
        calls += 1;
        throw new FatalError('ledger.fork', 'two owners');
      },
      onFatal: (error) => errors.push(error),
    });
    await vi.waitFor(() => expect(errors).toHaveLength(1), PATIENCE);
    expect(errors[0]).toMatchObject({ code: 'ledger.fork' });
    await given.bus().publish(given.topic, numbered(3, 3));
    await given.reopen();
    const { records } = await collect(given);
    await vi.waitFor(() => expect(records).toHaveLength(6), PATIENCE);
    expect(calls).toBe(1);
    expect(errors).toHaveLength(1);
  });

  contractTest('is fatal too when the state of an assigned partition is', 1, async (given) => {
    const errors: Error[] = [];
    const { records } = await collect(given, {
      onAssigned: async () => {
        throw new FatalError('ledger.not-dense', 'cannot recover');
      },
      onFatal: (error) => errors.push(error),
    });
    await vi.waitFor(() => expect(errors).toHaveLength(1), PATIENCE);
    expect(records).toEqual([]);
  });

  contractTest('passes a poisoned record to the dead letters and goes on', 1, async (given) => {
    const bus = given.bus();
    const deadLetters = `${given.topic}-dead`;
    await bus.ensureTopics([{ topic: deadLetters, partitions: 1 }]);
    await bus.publish(given.topic, numbered(0, 5));
    const good: string[] = [];
    await collect(given, {
      handler: async ({ topic, records }) => {
        for (const record of records) {
          if (textOf(record) !== '3') good.push(textOf(record));
          else {
            const problem = { code: 'json.syntax', message: 'expected {\nreceived 3' } as const;
            await publishDeadLetter(bus, { deadLetters, topic, record, problem });
          }
        }
      },
    });
    await vi.waitFor(() => expect(good).toEqual(['0', '1', '2', '4']), PATIENCE);
    const { records } = await collect({ ...given, topic: deadLetters, group: 'undertaker' });
    await vi.waitFor(() => expect(records).toHaveLength(1), PATIENCE);
    expect(records[0]).toMatchObject({
      key: 'key-3',
      headers: {
        'provost-reason': 'json.syntax',
        'provost-topic': given.topic,
        'provost-partition': '0',
        'provost-offset': '3',
      },
    });
  });
}

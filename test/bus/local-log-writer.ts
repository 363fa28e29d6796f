import { writeSync } from 'node:fs';
import { createLocalLogBus } from '../../services/bus/local-log/local-log-bus.ts';

/**
 * A process that publishes and consumes until it is killed, and says each promise on its standard output the
 * moment that it was made: `published <text>` and `acknowledged <offset>`.
 */
const [directory = '', life = ''] = process.argv.slice(2);
const bus = await createLocalLogBus({
  directory,
  clock: { now: () => Date.now() },
  segmentBytes: 20_000,
});
await bus.ensureTopics([{ topic: 'topic', partitions: 2 }]);
await bus.subscribe({
  topic: 'topic',
  group: 'group',
  from: 'earliest',
  maxBatchRecords: 20,
  handler: async ({ partition, records, acknowledge }) => {
    const last = records.at(-1)?.offset ?? 0n;
    await acknowledge(last);
    say(`acknowledged ${partition} ${last}`);
  },
  onFatal: (error) => {
    throw error;
  },
});
let count = 0;
await Promise.all(
  Array.from({ length: 16 }, async () => {
    for (;;) {
      count += 1;
      const text = `${life}-${count}`;
      await bus.publish('topic', [{ key: text, value: Buffer.from(text.padEnd(120)) }]);
      say(`published ${text}`);
    }
  }),
);

/** Writes a line before it returns; a reader that is busy makes the pipe full for a moment. */
function say(line: string): void {
  for (;;) {
    try {
      writeSync(1, `${line}\n`);
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
}

import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { expect, test } from 'vitest';
import { murmur2, partitionForKey } from '../../services/bus/partition-for-key.ts';

// The cases of testMurmur2 in Apache Kafka's UtilsTest.
test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('hashes %s as Kafka does', (key, hash) => {
  expect(murmur2(Buffer.from(key))).toBe(hash);
});

test('chooses the partition that kafkajs chooses for any key', () => {
  const partitioner = Partitioners.DefaultPartitioner();
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 100 }), (key, count) => {
      const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({
        partitionId,
        leader: 1,
        partitionErrorCode: 0,
        replicas: [],
        isr: [],
      }));
      const message = { key: Buffer.from(key), value: null };
      expect(partitionForKey(key, count)).toBe(
        partitioner({ topic: 't', partitionMetadata, message }),
      );
    }),
  );
});

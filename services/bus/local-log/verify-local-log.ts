import { join } from 'node:path';
import type { DamagedPlace } from './corrupt-record.ts';
import { type LogFileSystem, nodeLogFileSystem } from './log-file-system.ts';
import { type ScanResult, scanSegment } from './scan-segment.ts';
import { listSegments, segmentName } from './segment-names.ts';
import { readTopics } from './topic-store.ts';

export type LocalLogReport = {
  readonly partitions: number;
  readonly segments: number;
  /** Good records that were read. */
  readonly records: bigint;
  /** The first place, in order of topic, partition and offset, that is not a good record. */
  readonly damaged?: DamagedPlace & {
    /**
     * True when it is the end of the newest segment and no good record follows: a write that a crash cut
     * short, which the next start cuts off, or one that a running service is just making.
     */
    readonly unfinished: boolean;
  };
};

/** Guarantees that every record of the directory was read and its CRC and offset checked, up to the first bad one. Changes nothing. */
export async function verifyLocalLog(
  directory: string,
  fileSystem: LogFileSystem = nodeLogFileSystem,
): Promise<LocalLogReport> {
  const topicsDirectory = join(directory, 'topics');
  const topics = await readTopics(fileSystem, topicsDirectory);
  let partitions = 0;
  let segments = 0;
  let records = 0n;
  for (const topic of [...topics.keys()].sort()) {
    const count = topics.get(topic)?.partitions ?? 0;
    for (let partition = 0; partition < count; partition += 1) {
      partitions += 1;
      const partitionDirectory = join(topicsDirectory, topic, String(partition));
      const bases = await listSegments(fileSystem, partitionDirectory);
      let expected = bases[0] ?? 0n;
      for (const base of bases) {
        segments += 1;
        const place = { topic, partition, file: join(partitionDirectory, segmentName(base)) };
        const scan = await scanFile(fileSystem, place.file, base);
        records += scan.nextOffset - base;
        const reason =
          base === expected ? scan.bad?.reason : `it is missing: the file begins at ${base}`;
        if (reason !== undefined) {
          const damaged =
            base === expected
              ? { ...place, offset: scan.nextOffset, position: scan.goodBytes, reason }
              : { ...place, offset: expected, position: 0, reason };
          const unfinished =
            base === expected && base === bases.at(-1) && scan.bad?.goodRecordAfter === false;
          return { partitions, segments, records, damaged: { ...damaged, unfinished } };
        }
        expected = scan.nextOffset;
      }
    }
  }
  return { partitions, segments, records };
}

async function scanFile(
  fileSystem: LogFileSystem,
  path: string,
  base: bigint,
): Promise<ScanResult> {
  const file = await fileSystem.openForReading(path);
  try {
    return await scanSegment(file, base);
  } finally {
    await file.close();
  }
}

import type { LogFileSystem } from './log-file-system.ts';

const NAME = /^(\d{20})\.log$/;

/** File name of the segment whose first record has this offset. */
export function segmentName(baseOffset: bigint): string {
  return `${baseOffset.toString().padStart(20, '0')}.log`;
}

/** Base offsets of a partition's segments, oldest first. */
export async function listSegments(
  fileSystem: Pick<LogFileSystem, 'list'>,
  directory: string,
): Promise<bigint[]> {
  const bases: bigint[] = [];
  for (const name of await fileSystem.list(directory)) {
    const digits = NAME.exec(name)?.[1];
    if (digits !== undefined) bases.push(BigInt(digits));
  }
  return bases.sort((a, b) => (a < b ? -1 : 1));
}

import type { Clock } from '../../core/clock.ts';
import { ProvostError } from '../../core/errors.ts';
import type { LogFileSystem } from './log-file-system.ts';

/** Refuses a write that would leave less free space than the floor. */
export type SpaceGuard = { readonly assertSpaceFor: (bytes: number) => Promise<void> };

const TRUST_MS = 1_000;

/**
 * Guarantees that free space is asked for at least once a second, once per eighth of the floor written, and
 * before every write for as long as the disk is too full; otherwise the last answer is trusted. The floor keeps
 * room for acknowledgements and for the other files of the data directory.
 */
export function createSpaceGuard(deps: {
  readonly fileSystem: LogFileSystem;
  readonly directory: string;
  readonly minFreeBytes: number;
  readonly clock: Clock;
}): SpaceGuard {
  const { fileSystem, directory, minFreeBytes, clock } = deps;
  let trustedUntil = Number.NEGATIVE_INFINITY;
  let trustedBytes = 0;
  return {
    assertSpaceFor: async (bytes) => {
      const now = clock.now();
      if (now < trustedUntil && now >= trustedUntil - TRUST_MS && bytes <= trustedBytes) {
        trustedBytes -= bytes;
        return;
      }
      const free = await fileSystem.freeBytes(directory);
      if (free - bytes < minFreeBytes) {
        trustedUntil = Number.NEGATIVE_INFINITY;
        throw new ProvostError(
          'bus.disk-full',
          `${directory} has ${free} bytes free, ${bytes} more would leave less than the floor of ${minFreeBytes}`,
        );
      }
      trustedUntil = now + TRUST_MS;
      trustedBytes = Math.max(0, Math.min(minFreeBytes / 8, free - bytes - minFreeBytes));
    },
  };
}

import { renameVerifierKey, type VerifierKey } from '../core/note/verifier-key.ts';

/** The keys that a pack is verified with, by the log whose owner has them. */
export type PackKeys = {
  /** Logs that the keys may be of. */
  readonly origins: readonly string[];
  /** The keys of a log's owner under the name of the log or of one of its shards. */
  readonly of: (origin: string, name: string) => readonly VerifierKey[];
};

const SHARD_SUFFIX = /\/(?:0|[1-9][0-9]*)$/;

/**
 * Gives the keys of one log only, whatever else is in the list. A person may hold the key of the log or that of one of
 * its shards: the key is the same, the name longer.
 */
export function createPackKeys(keys: readonly VerifierKey[]): PackKeys {
  const originsOf = ({ name }: VerifierKey) => [name, name.replace(SHARD_SUFFIX, '')];
  return {
    origins: [...new Set(keys.flatMap(originsOf))],
    of: (origin, name) =>
      keys
        .filter((key) => originsOf(key).includes(origin))
        .map((key) => renameVerifierKey(key, name)),
  };
}

import { isJsonObject, type JsonValue } from '../../core/json/json-value.ts';

export type OsvRange = {
  readonly introduced: string;
  readonly fixed?: string;
  readonly lastAffected?: string;
};

const MAX_RANGES = 256;
const MAX_EVENTS = 4096;
const MAX_VERSION = 256;

/**
 * The ranges of versions of an OSV package. Ranges of commits are left out: which commits lie between two cannot be
 * told without the repository, and OSV lists the tags among the versions.
 */
export function readRanges(value: JsonValue | undefined): readonly OsvRange[] {
  const found: OsvRange[] = [];
  for (const range of listOf(value)) {
    if (!isJsonObject(range) || range['type'] === 'GIT') continue;
    let introduced: string | undefined;
    for (const event of listOf(range['events']).slice(0, MAX_EVENTS)) {
      if (found.length >= MAX_RANGES || !isJsonObject(event)) break;
      const start = versionOf(event['introduced']);
      const fixed = versionOf(event['fixed']);
      const lastAffected = versionOf(event['last_affected']);
      if (start !== undefined) {
        // Two beginnings in a row: the first goes on, and the second says nothing new.
        introduced ??= start;
      } else if (introduced !== undefined && (fixed ?? lastAffected) !== undefined) {
        found.push({
          introduced,
          ...(fixed === undefined ? {} : { fixed }),
          ...(lastAffected === undefined ? {} : { lastAffected }),
        });
        introduced = undefined;
      }
    }
    if (introduced !== undefined && found.length < MAX_RANGES) found.push({ introduced });
  }
  return found;
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function versionOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= MAX_VERSION
    ? value
    : undefined;
}

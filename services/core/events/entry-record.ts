import { utf8 } from '../bytes.ts';
import { problem } from '../errors.ts';
import { parseJson } from '../json/parse-json.ts';
import { fail, type Outcome, ok } from '../outcome.ts';
import type { Entry } from './event.ts';
import { validateAcceptedEvent } from './validate-event.ts';

/** Header that holds the entry's index in its shard, in decimal. */
const INDEX_HEADER = 'index';

/** The record that tells consumers of an accepted entry: the event as JSON; the partition is the shard. */
export function toEntryRecord(entry: Entry): {
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly partition: number;
} {
  return {
    key: entry.event.project,
    value: utf8(JSON.stringify(entry.event)),
    headers: { [INDEX_HEADER]: String(entry.index) },
    partition: entry.shard,
  };
}

/** Reads what {@link toEntryRecord} wrote; anything else on the topic is a problem. */
export function readEntryRecord(record: {
  readonly partition: number;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}): Outcome<Entry> {
  const index = record.headers[INDEX_HEADER] ?? '';
  if (!/^\d{1,15}$/.test(index))
    return fail(problem('event.envelope', 'expected the index of an entry', INDEX_HEADER));
  const json = parseJson(record.value);
  if (!json.ok) return json;
  const event = validateAcceptedEvent(json.value);
  if (!event.ok) return event;
  return ok({ shard: record.partition, index: Number(index), event: event.value });
}

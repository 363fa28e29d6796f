import { utf8 } from '../bytes.ts';
import { problem } from '../errors.ts';
import { parseJson } from '../json/parse-json.ts';
import { fail, type Outcome, ok } from '../outcome.ts';
import { type Entry, OWN_SOURCE, type ProvostEvent } from './event.ts';
import { validateAcceptedEvent } from './validate-event.ts';

/** Header that holds the entry's index in its shard, in decimal. */
const INDEX_HEADER = 'index';
const OWN_SOURCE_MEMBER = Buffer.from(`"source":${JSON.stringify(OWN_SOURCE)}`);
const BASELINE_TYPE = Buffer.from('"type":"baseline.');

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

/**
 * Index of the entry when the record is certainly no fact of our own and says nothing of a baseline, without reading
 * the event; undefined when it may, or is no entry at all: then {@link readEntryRecord} tells.
 */
export function indexOfForeignEntry(record: {
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}): number | undefined {
  const index = readIndex(record.headers);
  const { buffer, byteOffset, byteLength } = record.value;
  const json = Buffer.from(buffer, byteOffset, byteLength);
  // JSON that we wrote has no white space, and inside a string the quotes would be escaped.
  return json.includes(OWN_SOURCE_MEMBER) || json.includes(BASELINE_TYPE) ? undefined : index;
}

/** Reads what {@link toEntryRecord} wrote; anything else on the topic is a problem. */
export function readEntryRecord(record: {
  readonly partition: number;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}): Outcome<Entry> {
  const index = readEntryIndex(record.headers);
  if (!index.ok) return index;
  const event = readEntryValue(record.value);
  if (!event.ok) return event;
  return ok({ shard: record.partition, index: index.value, event: event.value });
}

/** Reads the index of an entry's record and nothing else. */
export function readEntryIndex(headers: Readonly<Record<string, string>>): Outcome<number> {
  const index = readIndex(headers);
  return index === undefined
    ? fail(problem('event.envelope', 'expected the index of an entry', INDEX_HEADER))
    : ok(index);
}

/** Reads the event of an entry's record. */
export function readEntryValue(value: Uint8Array): Outcome<ProvostEvent> {
  const json = parseJson(value);
  return json.ok ? validateAcceptedEvent(json.value) : json;
}

function readIndex(headers: Readonly<Record<string, string>>): number | undefined {
  const index = headers[INDEX_HEADER] ?? '';
  return /^\d{1,15}$/.test(index) ? Number(index) : undefined;
}

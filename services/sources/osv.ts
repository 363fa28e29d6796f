import { createHash } from 'node:crypto';
import { type Problem, problem } from '../core/errors.ts';
import type { EventData } from '../core/events/catalogue.ts';
import type { SourceEvent } from '../core/events/event.ts';
import { validateSourceEvent } from '../core/events/validate-event.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json/json-value.ts';
import { parseJson } from '../core/json/parse-json.ts';
import { fail, type Outcome, ok } from '../core/outcome.ts';
import { osvPurl } from './osv/osv-purl.ts';
import { readDigests } from './osv/read-digests.ts';
import { readRanges } from './osv/read-ranges.ts';

/** Bounds on what somebody hands us; a database is read document by document. */
export const MAX_OSV_BYTES = 8 * 1024 * 1024;
const MAX_DOCUMENTS = 1000;
const MAX_AFFECTED = 1000;
/** Versions of one event, as its schema allows; a longer list becomes several events. */
const MAX_VERSIONS = 4096;
const MAX_VERSION = 256;
const MAX_REASON = 1024;

export type OsvContext = {
  /** CloudEvents `source` of the feed. */
  readonly source: string;
  /** The project whose statement it is; without it, everybody's. */
  readonly project?: string;
};

export type OsvReading = {
  /** `digest.tainted`, one for each package and each digest. */
  readonly events: readonly SourceEvent[];
  /** Parts that say nothing that can be joined, and why; none is lost without a word. */
  readonly skipped: readonly Problem[];
};

type Loose = Readonly<Record<string, unknown>>;

/**
 * Reads the bytes of an OSV document (schema 1.x), or of a list of them, as statements that something is bad. Refuses
 * only what is no OSV at all; the same document gives the same events under the same ids, so reading it again is
 * harmless. A withdrawn advisory says nothing.
 */
export function readOsv(bytes: Uint8Array, context: OsvContext): Outcome<OsvReading> {
  const json = parseJson(bytes, { maxBytes: MAX_OSV_BYTES });
  if (!json.ok) return json;
  const isArray = Array.isArray(json.value);
  const documents: readonly JsonValue[] = isArray
    ? (json.value as readonly JsonValue[])
    : [json.value];
  if (documents.length > MAX_DOCUMENTS) {
    return refuse(`expected at most ${MAX_DOCUMENTS} documents, received ${documents.length}`, '');
  }
  const events = new Map<string, SourceEvent>();
  const skipped: Problem[] = [];
  for (const [index, document] of documents.entries()) {
    const reading = readDocument(document, context, isArray ? `/${index}` : '');
    if (!reading.ok) return reading;
    for (const event of reading.value.events) events.set(event.id, event);
    skipped.push(...reading.value.skipped);
  }
  return ok({ events: [...events.values()], skipped });
}

function readDocument(document: JsonValue, context: OsvContext, at: string): Outcome<OsvReading> {
  if (!isJsonObject(document)) return refuse('expected an OSV document: an object', at);
  const { id, modified, schema_version: version, withdrawn } = document;
  if (typeof id !== 'string' || id === '' || id.length > 256) {
    return refuse('expected the id of the advisory: 1 to 256 characters', `${at}/id`);
  }
  if (version !== undefined && (typeof version !== 'string' || !/^1\.\d/.test(version))) {
    return refuse('expected schema_version 1.x', `${at}/schema_version`);
  }
  const affected = document['affected'] ?? [];
  if (!Array.isArray(affected)) return refuse('expected affected as a list', `${at}/affected`);
  if (affected.length > MAX_AFFECTED) {
    return refuse(`expected at most ${MAX_AFFECTED} affected packages`, `${at}/affected`);
  }
  if (withdrawn !== undefined && withdrawn !== null) {
    return ok({ events: [], skipped: [skip(`${id} is withdrawn`, `${at}/withdrawn`)] });
  }
  const advisory: Advisory = {
    id,
    modified: typeof modified === 'string' ? modified.slice(0, 64) : '',
    reason: reasonOf(document, id),
  };
  const events: SourceEvent[] = [];
  const skipped: Problem[] = [];
  const add = (data: Loose, where: string) => {
    const event = toEvent(advisory, data, context);
    if (event.ok) events.push(event.value);
    else skipped.push(skip(event.problem.message, where));
  };
  const digests = new Set(readDigests(document['database_specific']));
  for (const [index, item] of (affected as readonly JsonValue[]).entries()) {
    const where = `${at}/affected/${index}`;
    if (!isJsonObject(item)) {
      skipped.push(skip('expected an object', where));
      continue;
    }
    const named = readDigests(item['database_specific'], item['ecosystem_specific']);
    for (const digest of named) digests.add(digest);
    const packages = readPackage(item, where);
    if (packages.ok) for (const data of packages.value) add(data, where);
    // A digest says it all: then nothing is missing where versions are.
    else if (named.length === 0) skipped.push(packages.problem);
  }
  for (const digest of digests) add({ digest }, `${at}/database_specific`);
  return ok({ events, skipped });
}

type Advisory = { readonly id: string; readonly modified: string; readonly reason: string };

/** The versions of a package that the entry calls bad, in parts that an event can hold. */
function readPackage(item: JsonObject, at: string): Outcome<readonly Loose[]> {
  const purl = osvPurl(item['package']);
  if (purl === undefined) {
    return refuse('no purl, and an ecosystem that has none here', `${at}/package`);
  }
  const listed = Array.isArray(item['versions']) ? (item['versions'] as readonly JsonValue[]) : [];
  const versions = listed.filter(
    (version): version is string =>
      typeof version === 'string' && version !== '' && version.length <= MAX_VERSION,
  );
  const ranges = readRanges(item['ranges']);
  if (versions.length === 0 && ranges.length === 0) {
    return refuse('neither versions nor ranges of versions: nothing can be joined', at);
  }
  const parts: Loose[] = [];
  for (let from = 0; from < Math.max(1, versions.length); from += MAX_VERSIONS) {
    const part = versions.slice(from, from + MAX_VERSIONS);
    parts.push({
      purl,
      ...(part.length === 0 ? {} : { versions: part }),
      ...(from > 0 || ranges.length === 0 ? {} : { ranges }),
    });
  }
  return ok(parts);
}

function toEvent(advisory: Advisory, what: Loose, context: OsvContext): Outcome<SourceEvent> {
  const data: Partial<EventData<'digest.tainted'>> = {
    ...what,
    ...(context.project === undefined ? {} : { project: context.project }),
    reason: advisory.reason,
    advisory: advisory.id,
  };
  const identity = JSON.stringify([advisory.id, advisory.modified, data]);
  return validateSourceEvent({
    specversion: '1.0',
    id: `osv-${createHash('sha256').update(identity).digest('hex').slice(0, 32)}`,
    source: context.source,
    type: 'digest.tainted',
    // The validation that follows is the judge of the data.
    data: data as unknown as JsonValue,
  });
}

function reasonOf({ summary, details }: JsonObject, id: string): string {
  const said = [summary, details].find((text) => typeof text === 'string' && text.trim() !== '');
  const text = typeof said === 'string' ? said.trim() : `Advisory ${id}`;
  // A cut between the halves of a surrogate pair would leave text that canonical JSON cannot hold.
  return text.slice(0, MAX_REASON).replace(/[\ud800-\udbff]$/, '');
}

function skip(message: string, at: string): Problem {
  return problem('hook.payload', message, at);
}

function refuse(message: string, at: string) {
  return fail(problem('hook.payload', message, at));
}

import { equalBytes } from '../core/bytes.ts';
import { type Problem, problem } from '../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json/json-value.ts';
import { parseJson } from '../core/json/parse-json.ts';
import { bodyDigest } from '../ledger/leaf.ts';
import { findingLine } from './finding-line.ts';
import type { Archive } from './open-archive.ts';
import { bodyFile, PACK_FILES, type PackManifest, type Position } from './pack-format.ts';
import { readLines } from './read-lines.ts';
import { readWhole } from './read-whole.ts';
import { MAX_EVENT_LINE } from './verify-entries.ts';

const MAX_LINE = 2 * 1024 ** 2;
const MAX_BODY_BYTES = 2 * 1024 ** 2;

/**
 * The findings are exactly those of the events, in their order, and what a finding gives as evidence is, where the
 * pack holds it, the event that it names. Runs after the events were proved.
 */
export async function verifyFindings(
  archive: Archive,
  manifest: PackManifest,
): Promise<Problem | undefined> {
  const file = PACK_FILES.findings;
  const wrongAt = (number: number, message: string) =>
    problem('pack.malformed', `${file} line ${number}: ${message}`, `${file}:${number}`);
  const lines = readLines(archive.read(file), MAX_LINE);
  const claims = new Map<string, EvidenceClaim>();
  let count = 0;
  for await (const { position, event } of readEvents(archive)) {
    if (event['type'] !== 'finding.raised') continue;
    count++;
    const finding = await findingOf(archive, event);
    const next = await lines.next();
    if (finding === undefined || next.done || next.value.kind !== 'line') {
      return wrongAt(count, `expected the finding of ${shown(position)}`);
    }
    const expected = findingLine(position, finding);
    if (!equalBytes(next.value.bytes, expected.subarray(0, -1))) {
      return wrongAt(count, `is not the finding that ${shown(position)} holds`);
    }
    noteEvidence(finding, count, claims);
  }
  const rest = await lines.next();
  if (!rest.done || count !== manifest.findings) {
    return wrongAt(count + 1, 'no event holds this finding');
  }
  if (claims.size === 0) return undefined;
  for await (const { position, event } of readEvents(archive)) {
    const claim = claims.get(`${position.shard}/${position.index}`);
    if (claim === undefined) continue;
    if (event['source'] !== claim.source || event['id'] !== claim.id) {
      return wrongAt(claim.line, `its evidence is not what ${shown(position)} holds`);
    }
  }
  return undefined;
}

type EvidenceClaim = { readonly line: number; readonly source: string; readonly id: string };

function noteEvidence(finding: JsonValue, line: number, claims: Map<string, EvidenceClaim>): void {
  const evidence = isJsonObject(finding) ? finding['evidence'] : undefined;
  if (!Array.isArray(evidence)) return;
  for (const item of evidence) {
    if (!isJsonObject(item)) continue;
    const { shard, index, source, id } = item;
    if (typeof source !== 'string' || typeof id !== 'string') continue;
    claims.set(`${shard}/${index}`, { line, source, id });
  }
}

/** The events with the positions that their proofs state; both were verified before. */
async function* readEvents(
  archive: Archive,
): AsyncIterable<{ readonly position: Position; readonly event: JsonObject }> {
  const proofs = readLines(archive.read(PACK_FILES.proofs), MAX_EVENT_LINE);
  for await (const line of readLines(archive.read(PACK_FILES.events), MAX_EVENT_LINE)) {
    const proof = await proofs.next();
    if (line.kind !== 'line' || proof.done || proof.value.kind !== 'line') return;
    const event = parseJson(line.bytes);
    const position = parseJson(proof.value.bytes);
    if (!event.ok || !position.ok) return;
    if (!isJsonObject(event.value) || !isJsonObject(position.value)) return;
    const { shard, index } = position.value;
    if (typeof shard !== 'number' || typeof index !== 'number') return;
    yield { position: { shard, index }, event: event.value };
  }
}

async function findingOf(archive: Archive, event: JsonObject): Promise<JsonValue | undefined> {
  const digest = bodyDigest(event);
  if (digest === undefined) return memberOf(event['data']);
  const bytes = await readWhole(archive, bodyFile(digest), MAX_BODY_BYTES);
  const parsed = bytes.ok ? parseJson(bytes.value, { maxBytes: MAX_BODY_BYTES }) : bytes;
  return parsed.ok ? memberOf(parsed.value) : undefined;
}

function memberOf(data: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(data) ? data['finding'] : undefined;
}

function shown({ shard, index }: Position): string {
  return `the event at shard ${shard}, index ${index}`;
}

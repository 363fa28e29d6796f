import { utf8 } from '../core/bytes.ts';
import { problem } from '../core/errors.ts';
import type { ProvostEvent } from '../core/events/event.ts';
import { canonicalBytes, canonicalJson } from '../core/json/canonical-json.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json/json-value.ts';
import { fail, type Outcome, ok } from '../core/outcome.ts';
import { toDigest } from '../core/to-digest.ts';
import type { Encode } from './leaf-memory.ts';

/** Bytes of a leaf at most: what a C2SP tlog-tiles entry bundle can hold. */
const MAX_LEAF_BYTES = 65_535;

/** Attribute that stands for `data` in the leaf of a large event. No source can send a name with a hyphen. */
export const DATA_DIGEST = 'data-digest';

/** A body that lies outside of its leaf. */
export type Blob = { readonly digest: string; readonly bytes: Uint8Array };

/** An event as the tree holds it: RFC 8785 text, its UTF-8 bytes, and the body when that is kept apart. */
type Leaf = {
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly blob: Blob | undefined;
};

/** The one leaf of an event; fails with `event.too-large` when even without `data` it does not fit. */
export function toLeaf(event: ProvostEvent, encode: Encode = utf8): Outcome<Leaf> {
  const value = toJson(event);
  const text = canonicalJson(value);
  const bytes = encode(text);
  if (bytes.byteLength <= MAX_LEAF_BYTES) return ok({ text, bytes, blob: undefined });
  const { data, ...attributes } = value;
  const body = canonicalBytes(data ?? null);
  const digest = toDigest(body);
  const shortText = canonicalJson({ ...attributes, [DATA_DIGEST]: digest });
  const shortBytes = encode(shortText);
  if (shortBytes.byteLength > MAX_LEAF_BYTES) {
    return fail(
      problem(
        'event.too-large',
        `expected attributes of at most ${MAX_LEAF_BYTES} bytes, received ${shortBytes.byteLength}`,
      ),
    );
  }
  return ok({ text: shortText, bytes: shortBytes, blob: { digest, bytes: body } });
}

/** The attributes of a leaf, or undefined when the bytes are not a JSON object. */
export function parseLeaf(leaf: Uint8Array): JsonObject | undefined {
  try {
    const view = Buffer.from(leaf.buffer, leaf.byteOffset, leaf.byteLength);
    const value = JSON.parse(view.toString('utf8')) as JsonValue;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Digest under which the body of a leaf is kept, or undefined when the leaf holds it itself. */
export function bodyDigest(leaf: JsonObject): string | undefined {
  const digest = leaf[DATA_DIGEST];
  return leaf['data'] === undefined && typeof digest === 'string' ? digest : undefined;
}

/** The event of a leaf; `body` gives `data` back when the leaf names it by digest. */
export function toEvent(leaf: JsonObject, body: JsonValue | undefined): ProvostEvent {
  if (body === undefined) return leaf as unknown as ProvostEvent;
  const { [DATA_DIGEST]: _, ...attributes } = leaf;
  return { ...attributes, data: body } as unknown as ProvostEvent;
}

/**
 * The part of a leaf that its sender answers for, as text: two events with the same source and id must agree in it.
 * What acceptance added may differ between two deliveries of one event.
 */
export function sentPart(leaf: JsonObject): string {
  const { receivedtime, project: _project, trust: _trust, payloaddigest: _digest, ...rest } = leaf;
  const { time, ...sent } = rest;
  // Without a time of its own an event got the time at which it was received.
  const ownTime = time !== undefined && time !== receivedtime;
  return canonicalJson(ownTime ? { ...sent, time } : sent);
}

function toJson(event: ProvostEvent): JsonObject {
  return event as unknown as JsonObject;
}

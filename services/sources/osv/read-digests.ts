import { isJsonObject, type JsonValue } from '../../core/json/json-value.ts';

const MAX_DEPTH = 5;
const MAX_DIGESTS = 1000;
const LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha512: 128, sha1: 40 };
const WRITTEN = /^(sha256|sha512|sha1):([0-9a-fA-F]+)$/;

/** Digests of the report and of where it came from are not digests of what is bad. */
const ABOUT_THE_REPORT = /origin|import|source|report|reference/i;
const HOLDS_DIGESTS = /digest|hash|sha-?(?:1|256|512)$|checksum|ioc/i;

/** The digests that the free parts of an OSV document name, in the order in which they stand. */
export function readDigests(...parts: readonly (JsonValue | undefined)[]): readonly string[] {
  const found = new Set<string>();
  for (const part of parts) collect(found, part, '', false, 0);
  return [...found];
}

function collect(
  found: Set<string>,
  value: JsonValue | undefined,
  name: string,
  expected: boolean,
  depth: number,
): void {
  if (depth > MAX_DEPTH || found.size >= MAX_DIGESTS) return;
  if (typeof value === 'string') {
    const digest = expected ? toDigest(value, name) : undefined;
    if (digest !== undefined) found.add(digest);
    return;
  }
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) {
      collect(found, item, name, expected, depth + 1);
    }
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [member, inner] of Object.entries(value)) {
    if (ABOUT_THE_REPORT.test(member)) continue;
    collect(found, inner, member, expected || HOLDS_DIGESTS.test(member), depth + 1);
  }
}

/** `sha256:…` as it is, and bare hexadecimal under a name that says the algorithm or of a length that does. */
function toDigest(text: string, name: string): string | undefined {
  const written = WRITTEN.exec(text);
  const algorithm = written?.[1] ?? algorithmOf(text, name);
  const encoded = (written?.[2] ?? text).toLowerCase();
  if (algorithm === undefined || encoded.length !== LENGTHS[algorithm]) return undefined;
  return /^[0-9a-f]+$/.test(encoded) ? `${algorithm}:${encoded}` : undefined;
}

function algorithmOf(text: string, name: string): string | undefined {
  const named = /sha-?(1|256|512)$/i.exec(name)?.[1];
  if (named !== undefined) return `sha${named}`;
  return text.length === 64 ? 'sha256' : text.length === 128 ? 'sha512' : undefined;
}

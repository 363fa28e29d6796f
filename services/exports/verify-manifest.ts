import { Compile } from 'typebox/compile';
import { equalBytes } from '../core/bytes.ts';
import { problem } from '../core/errors.ts';
import { canonicalBytes } from '../core/json/canonical-json.ts';
import { parseJson } from '../core/json/parse-json.ts';
import { openNote } from '../core/note/signed-note.ts';
import { fail, type Outcome, ok } from '../core/outcome.ts';
import type { Archive } from './open-archive.ts';
import {
  compareNames,
  digestOfBodyFile,
  manifestStatement,
  PACK_FILES,
  PackManifest,
  shardOfCheckpointFile,
} from './pack-format.ts';
import type { PackKeys } from './pack-keys.ts';
import { readWhole } from './read-whole.ts';

const MAX_MANIFEST_BYTES = 16 * 1024 ** 2;
const MAX_SIGNATURE_BYTES = 64 * 1024;
const validator = Compile(PackManifest);

/** Accepts the manifest only when a key signed exactly it, and when it lists exactly the archive's files. */
export async function verifyManifest(
  archive: Archive,
  keys: PackKeys,
): Promise<Outcome<PackManifest>> {
  const { manifest: manifestFile, signature: signatureFile } = PACK_FILES;
  const bytes = await readWhole(archive, manifestFile, MAX_MANIFEST_BYTES);
  if (!bytes.ok) return bytes;
  const note = await readWhole(archive, signatureFile, MAX_SIGNATURE_BYTES);
  if (!note.ok) return note;
  const text = Buffer.from(note.value).toString('utf8');
  let refusal = 'no known key signed it';
  for (const origin of keys.origins) {
    const opened = openNote(text, keys.of(origin, origin));
    if (!opened.ok) {
      refusal = opened.problem.message;
      if (opened.problem.code === 'note.unknown-key') continue;
      break;
    }
    if (opened.value.text !== manifestStatement(bytes.value)) {
      const reason = 'the signature is over another manifest';
      return fail(problem('pack.signature', `${manifestFile}: ${reason}`, manifestFile));
    }
    return readManifest(archive, bytes.value, origin);
  }
  return fail(problem('pack.signature', `${signatureFile}: ${refusal}`, signatureFile));
}

function readManifest(archive: Archive, bytes: Uint8Array, origin: string): Outcome<PackManifest> {
  const file = PACK_FILES.manifest;
  const parsed = parseJson(bytes, { maxBytes: MAX_MANIFEST_BYTES });
  if (!parsed.ok)
    return fail(problem('pack.malformed', `${file}: ${parsed.problem.message}`, file));
  const manifest = parsed.value;
  if (!validator.Check(manifest)) {
    const first = [...validator.Errors(manifest)][0];
    const where = `${first?.instancePath ?? ''} ${first?.message ?? 'does not fit'}`;
    return fail(problem('pack.malformed', `${file}: ${where.trim()}`, file));
  }
  if (!equalBytes(canonicalBytes(manifest), bytes)) {
    return fail(problem('pack.malformed', `${file}: not in canonical form (RFC 8785)`, file));
  }
  if (manifest.origin !== origin) {
    const reason = `expected origin ${origin}, received ${JSON.stringify(manifest.origin)}`;
    return fail(problem('pack.malformed', `${file}: ${reason}`, file));
  }
  return checkFiles(archive, manifest);
}

function checkFiles(archive: Archive, manifest: PackManifest): Outcome<PackManifest> {
  const unlisted: readonly string[] = [PACK_FILES.manifest, PACK_FILES.signature];
  const listed = manifest.files.map(({ name }) => name);
  const missing = listed.find((name) => !archive.sizes.has(name));
  if (missing !== undefined) {
    return fail(problem('pack.missing-file', `the manifest lists ${missing}`, missing));
  }
  const expected = new Set([...listed, ...unlisted]);
  const extra = [...archive.sizes.keys()].find((name) => !expected.has(name));
  if (extra !== undefined) {
    return fail(problem('pack.unexpected-file', `the manifest does not list ${extra}`, extra));
  }
  const inOrder = listed.every(
    (name, at) => at === 0 || compareNames(listed[at - 1] ?? '', name) < 0,
  );
  const wrongBody = manifest.files.find(({ name, sha256 }) => {
    const digest = digestOfBodyFile(name);
    return digest !== undefined && digest !== `sha256:${sha256}`;
  });
  const shards = listed.map(shardOfCheckpointFile).filter((shard) => shard !== undefined);
  const sameShards =
    shards.length === manifest.shards.length &&
    manifest.shards.every(({ shard }) => shards.includes(shard)) &&
    new Set(shards).size === shards.length;
  const file = PACK_FILES.manifest;
  if (!inOrder) return fail(problem('pack.malformed', `${file}: files are out of order`, file));
  if (wrongBody !== undefined) {
    const reason = 'a body lies under another digest than its own';
    return fail(problem('pack.malformed', `${wrongBody.name}: ${reason}`, wrongBody.name));
  }
  if (!sameShards) {
    const reason = 'expected one checkpoint for each shard';
    return fail(problem('pack.malformed', `${file}: ${reason}`, file));
  }
  return ok(manifest);
}

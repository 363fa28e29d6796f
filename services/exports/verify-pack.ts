import { createHash } from 'node:crypto';
import { toHex } from '../core/bytes.ts';
import { type Problem, problem } from '../core/errors.ts';
import { parseVerifierKeys } from '../core/note/parse-verifier-keys.ts';
import { ED25519 } from '../core/note/verifier-key.ts';
import { fail, type Outcome, ok } from '../core/outcome.ts';
import { type Archive, openArchive } from './open-archive.ts';
import { PACK_FILES, PACK_LIMITS, type PackLimits, type PackManifest } from './pack-format.ts';
import { createPackKeys, type PackKeys } from './pack-keys.ts';
import { verifyCheckpoints } from './verify-checkpoints.ts';
import { verifyCrate } from './verify-crate.ts';
import { verifyEntries } from './verify-entries.ts';
import { verifyFindings } from './verify-findings.ts';
import { verifyManifest } from './verify-manifest.ts';

/** What a pack has shown: everything in it is as the owner of the keys signed it. */
export type PackSummary = {
  readonly project: string;
  readonly from: string;
  readonly to: string;
  readonly origin: string;
  readonly entries: number;
  readonly findings: number;
  readonly shards: readonly {
    readonly shard: number;
    readonly size: number;
    readonly root: string;
    readonly entries: number;
  }[];
  readonly files: number;
  readonly report: boolean;
};

/**
 * Accepts a pack only when all of it is what the owner of the keys signed and the log holds; otherwise names the first thing
 * that is wrong, in this order: structure, manifest signature, file digests, checkpoints, events and their proofs,
 * findings, crate. `vkey` has the log's public keys, one a line: a quiet shard's checkpoint
 * may be signed by the key before the manifest's. Needs the archive and the keys alone, and treats the archive as hostile.
 */
export async function verifyPack(
  path: string,
  trust: { readonly vkey: string; readonly limits?: PackLimits },
): Promise<Outcome<PackSummary>> {
  const keys = parseVerifierKeys(trust.vkey);
  if (!keys.ok) return keys;
  const ofLogs = keys.value.filter(({ type }) => type === ED25519);
  if (ofLogs.length === 0) {
    const received = keys.value.length === 0 ? 'none' : 'a witness’s';
    return fail(problem('note.malformed', `expected the key of a log, received ${received}`));
  }
  const archive = await openArchive(path, trust.limits ?? PACK_LIMITS);
  if (!archive.ok) return archive;
  try {
    return await verifyContents(archive.value, createPackKeys(ofLogs));
  } catch (error) {
    // Whatever a stranger's archive makes the unpacker throw is a fault of the archive.
    const reason = error instanceof Error ? error.message.slice(0, 200) : 'unknown reason';
    return fail(problem('pack.malformed', `the archive does not unpack: ${reason}`));
  } finally {
    archive.value.close();
  }
}

async function verifyContents(archive: Archive, keys: PackKeys): Promise<Outcome<PackSummary>> {
  const manifest = await verifyManifest(archive, keys);
  if (!manifest.ok) return manifest;
  const checks = [verifyDigests, verifyCheckpoints, verifyEntries, verifyFindings, verifyCrate];
  for (const check of checks) {
    const wrong = await check(archive, manifest.value, keys);
    if (wrong !== undefined) return fail(wrong);
  }
  const { project, from, to, origin, entries, findings, shards } = manifest.value;
  const report = archive.sizes.has(PACK_FILES.reportJson);
  const files = archive.sizes.size;
  return ok({ project, from, to, origin, entries, findings, shards, files, report });
}

async function verifyDigests(
  archive: Archive,
  manifest: PackManifest,
): Promise<Problem | undefined> {
  for (const { name, size, sha256 } of manifest.files) {
    const hash = createHash('sha256');
    try {
      for await (const chunk of archive.read(name)) hash.update(chunk);
    } catch (error) {
      const reason = error instanceof Error ? error.message.slice(0, 200) : 'unknown reason';
      return problem('pack.malformed', `${name}: does not unpack: ${reason}`, name);
    }
    const received = toHex(hash.digest());
    if (archive.sizes.get(name) !== size || received !== sha256) {
      return problem(
        'pack.manifest-mismatch',
        `${name}: expected SHA-256 ${sha256}, received ${received}`,
        name,
      );
    }
  }
  return undefined;
}

import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { toBase64, utf8 } from '../core/bytes.ts';
import { type Problem, ProvostError, problem } from '../core/errors.ts';
import { canonicalBytes } from '../core/json/canonical-json.ts';
import type { JsonValue } from '../core/json/json-value.ts';
import { hashLeaf } from '../core/merkle/hash-leaf.ts';
import { verifyInclusion } from '../core/merkle/proofs.ts';
import { type NoteSigner, signNote } from '../core/note/signed-note.ts';
import { fail, type Outcome, ok } from '../core/outcome.ts';
import { bodyDigest, parseLeaf } from '../ledger/leaf.ts';
import type { Ledger, StoredCheckpoint, StoredEntry } from '../ledger/ledger.ts';
import { bodyBytes } from './event-body.ts';
import { findingLine } from './finding-line.ts';
import {
  bodyFile,
  checkpointFile,
  compareNames,
  manifestStatement,
  NEWLINE,
  PACK_FILES,
  PACK_FORMAT,
  type PackManifest,
  type Position,
} from './pack-format.ts';
import { packReadme } from './pack-readme.ts';
import { type Prover, proveEntries } from './prove-entries.ts';
import { buildCrate, createCrateContext } from './ro-crate.ts';
import { type PackScope, readEntries, selectEntries } from './select-entries.ts';
import { openSpool, type SpooledFile } from './spool-file.ts';
import { writeZip } from './write-zip.ts';

export type PackRequest = PackScope & {
  readonly ledger: Ledger;
  /** Signs under the log's origin, without a shard. */
  readonly signer: NoteSigner;
  /** Where the archive shall be; the directory is made where it is missing, an existing file is replaced. */
  readonly path: string;
  /** An audit report to go with it. */
  readonly report?: { readonly html: string; readonly json: string };
};

export type CreatedPack = {
  readonly path: string;
  /** SHA-256 digest of the archive. */
  readonly digest: string;
  readonly size: number;
  readonly entries: number;
  readonly findings: number;
  readonly verifierKey: string;
};

type Writer = (name: string, bytes: Uint8Array) => Promise<void>;

/**
 * Writes the signed pack of a project's period: the same ledger entries give the same bytes, and every event in it can
 * be verified with the pack and the public key alone. Nothing is left at the path unless all of it is there. Throws
 * `ProvostError` on an outage and `FatalError` when the ledger contradicts its own checkpoint.
 */
export async function createPack(request: PackRequest): Promise<Outcome<CreatedPack>> {
  const wrong = checkPeriod(request);
  if (wrong !== undefined) return fail(wrong);
  const positions = await selectEntries(request.ledger, request);
  if (positions.length === 0) {
    const period = `${request.from} to ${request.to}`;
    return fail(problem('export.empty', `project ${request.project} has no events from ${period}`));
  }
  const directory = dirname(request.path);
  await mkdir(directory, { recursive: true });
  const work = await mkdtemp(join(directory, `.${basename(request.path)}-`));
  try {
    return ok(await packInto(work, request, positions));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function packInto(
  work: string,
  request: PackRequest,
  positions: readonly Position[],
): Promise<CreatedPack> {
  const { ledger, signer, report } = request;
  const scope: PackScope = { project: request.project, from: request.from, to: request.to };
  const files: SpooledFile[] = [];
  const write: Writer = async (name, bytes) => {
    const spool = await openSpool(work, name, files.length);
    await spool.write(bytes);
    files.push(await spool.close());
  };
  const shards = await openShards(ledger, positions);
  const findings = await writeEntries({ work, files, write, request, positions, shards });
  for (const { checkpoint } of shards.values()) {
    await write(checkpointFile(checkpoint.shard), utf8(checkpoint.note));
  }
  const { verifierKey } = signer;
  const counts = { entries: positions.length, findings: findings.count };
  await write(PACK_FILES.readme, utf8(packReadme({ scope, verifierKey, ...counts })));
  if (report !== undefined) {
    await write(PACK_FILES.reportHtml, utf8(report.html));
    await write(PACK_FILES.reportJson, utf8(report.json));
  }
  // The manifest holds the crate's digest, so the crate names it and its signature without a size.
  const described = [
    ...files.map(({ name, size }) => ({ name, size })),
    { name: PACK_FILES.manifest, size: -1 },
    { name: PACK_FILES.signature, size: -1 },
  ].sort((a, b) => compareNames(a.name, b.name));
  const crate = buildCrate({
    scope,
    origin: signer.name,
    files: described,
    context: findings.context,
    ...counts,
  });
  await write(PACK_FILES.crate, canonicalBytes(crate));
  const manifest: PackManifest = {
    format: PACK_FORMAT,
    ...scope,
    origin: signer.name,
    ...counts,
    shards: [...shards.values()].map(({ checkpoint, indexes }) => ({
      shard: checkpoint.shard,
      size: checkpoint.size,
      root: toBase64(checkpoint.root),
      entries: indexes.length,
    })),
    files: files
      .map(({ name, size, sha256 }) => ({ name, size, sha256 }))
      .sort((a, b) => compareNames(a.name, b.name)),
  };
  const manifestBytes = canonicalBytes(manifest);
  await write(PACK_FILES.manifest, manifestBytes);
  await write(PACK_FILES.signature, utf8(signNote(manifestStatement(manifestBytes), signer)));
  const archive = join(work, 'pack.zip');
  const digest = await writeZip(archive, files);
  const { size } = await stat(archive);
  await rename(archive, request.path);
  return { path: request.path, digest, size, ...counts, verifierKey };
}

type ShardProofs = {
  readonly checkpoint: StoredCheckpoint;
  readonly indexes: readonly number[];
  readonly prove: Prover;
};

/** For each shard the smallest checkpoint that covers all its events: a later export of the period takes the same. */
async function openShards(
  ledger: Ledger,
  positions: readonly Position[],
): Promise<ReadonlyMap<number, ShardProofs>> {
  const byShard = new Map<number, number[]>();
  for (const { shard, index } of positions) {
    const indexes = byShard.get(shard) ?? [];
    indexes.push(index);
    byShard.set(shard, indexes);
  }
  const shards = new Map<number, ShardProofs>();
  for (const [shard, indexes] of byShard) {
    const checkpoint = await ledger.checkpointCovering(shard, indexes.at(-1) ?? 0);
    if (checkpoint === undefined) {
      throw new ProvostError('ledger.checkpoint-missing', `shard ${shard} has no checkpoint yet`);
    }
    const prove = await proveEntries(ledger, checkpoint, indexes);
    shards.set(shard, { checkpoint, indexes, prove });
  }
  return shards;
}

async function writeEntries(options: {
  readonly work: string;
  readonly files: SpooledFile[];
  readonly write: Writer;
  readonly request: PackRequest;
  readonly positions: readonly Position[];
  readonly shards: ReadonlyMap<number, ShardProofs>;
}) {
  const { work, files, write, request, positions, shards } = options;
  const [events, findings, proofs] = await Promise.all([
    openSpool(work, PACK_FILES.events, -1),
    openSpool(work, PACK_FILES.findings, -2),
    openSpool(work, PACK_FILES.proofs, -3),
  ]);
  const context = createCrateContext();
  const bodies = new Set<string>();
  let count = 0;
  let written = 0;
  try {
    for await (const entry of readEntries(request.ledger, positions)) {
      const { shard, index, event } = entry;
      await events.write(entry.leaf);
      await events.write(NEWLINE);
      const hashes = await proofOf(entry, shards);
      await proofs.write(canonicalBytes({ hashes: hashes.map(toBase64), index, shard }));
      await proofs.write(NEWLINE);
      if (event.type === 'finding.raised') {
        count++;
        await findings.write(findingLine(entry, event.data.finding as JsonValue));
      }
      const body = bodyOf(entry);
      if (body !== undefined && !bodies.has(body.name)) {
        bodies.add(body.name);
        await write(body.name, body.bytes);
      }
      context.observe(event);
      written++;
    }
  } catch (error) {
    await Promise.all([events.abandon(), findings.abandon(), proofs.abandon()]);
    throw error;
  }
  files.push(await events.close(), await findings.close(), await proofs.close());
  if (written !== positions.length) {
    throw new ProvostError(
      'ledger.entry-missing',
      `the ledger gave ${written} of ${positions.length} entries`,
    );
  }
  return { count, context };
}

async function proofOf(
  { shard, index, leaf }: StoredEntry,
  shards: ReadonlyMap<number, ShardProofs>,
): Promise<readonly Uint8Array[]> {
  const proofs = shards.get(shard);
  if (proofs === undefined) throw new RangeError(`shard ${shard} was not selected`);
  const proof = await proofs.prove(index);
  const { size, root } = proofs.checkpoint;
  const leafHash = hashLeaf(leaf);
  const included = verifyInclusion({ index, size, leafHash, proof, root });
  // What we sign must verify: a ledger that contradicts itself yields no pack.
  if (!included.ok) {
    throw new ProvostError(
      'ledger.leaf-mismatch',
      `entry ${index} of shard ${shard}: ${included.problem.message}`,
    );
  }
  return proof;
}

function bodyOf({ shard, index, leaf, event }: StoredEntry) {
  const attributes = parseLeaf(leaf);
  const digest = attributes === undefined ? undefined : bodyDigest(attributes);
  if (digest === undefined) return undefined;
  const bytes = bodyBytes(event.data, digest);
  if (bytes === undefined) {
    throw new ProvostError(
      'ledger.entry-missing',
      `entry ${index} of shard ${shard} names a body that the ledger does not hold`,
    );
  }
  return { name: bodyFile(digest), bytes };
}

function checkPeriod({ from, to }: PackScope): Problem | undefined {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  return Number.isNaN(start) || Number.isNaN(end) || start >= end
    ? problem('audit.period', `expected from before to as RFC 3339, received ${from} and ${to}`)
    : undefined;
}

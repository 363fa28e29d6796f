import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { fromBase64 } from '../core/bytes.ts';
import { type Problem, problem } from '../core/errors.ts';
import { isJsonObject } from '../core/json/json-value.ts';
import { parseJson } from '../core/json/parse-json.ts';
import { hashLeaf } from '../core/merkle/hash-leaf.ts';
import { verifyInclusion } from '../core/merkle/proofs.ts';
import { bodyDigest } from '../ledger/leaf.ts';
import type { Archive } from './open-archive.ts';
import {
  bodyFile,
  digestOfBodyFile,
  PACK_FILES,
  type PackManifest,
  type Position,
} from './pack-format.ts';
import { type Line, readLines } from './read-lines.ts';

/** The longest leaf that a log holds, and the longest line of a proof of 53 hashes. */
export const MAX_EVENT_LINE = 65_535;
const MAX_PROOF_LINE = 4096;

const proofLine = Compile(
  Type.Object(
    {
      shard: Type.Integer({ minimum: 0 }),
      index: Type.Integer({ minimum: 0 }),
      hashes: Type.Array(Type.String({ maxLength: 44 }), { maxItems: 53 }),
    },
    { additionalProperties: false },
  ),
);

/** Every line of events is an event of the project, and the proof beside it leads to its shard's checkpoint. */
export async function verifyEntries(
  archive: Archive,
  manifest: PackManifest,
): Promise<Problem | undefined> {
  const checkpoints = new Map(
    manifest.shards.map((shard) => [shard.shard, { ...shard, left: shard.entries }]),
  );
  const bodies = new Set<string>();
  let count = 0;
  let previous: Position = { shard: -1, index: -1 };
  for await (const pair of pairLines(archive)) {
    if ('problem' in pair) return pair.problem;
    const { number, event, proof } = pair;
    const position = readProof(proof);
    if (position === undefined) return wrongAt(PACK_FILES.proofs, number, 'not a proof');
    const { shard, index, hashes } = position;
    const at = `line ${number} (shard ${shard}, index ${index})`;
    const wrong = (file: string, message: string) =>
      problem('pack.proof', `${file} ${at}: ${message}`, `${file}:${number}`);
    const ascending =
      shard > previous.shard || (shard === previous.shard && index > previous.index);
    if (!ascending) return wrong(PACK_FILES.proofs, 'expected positions that ascend');
    previous = { shard, index };
    const checkpoint = checkpoints.get(shard);
    const root = fromBase64(checkpoint?.root ?? '');
    if (checkpoint === undefined || root === undefined) {
      return wrong(PACK_FILES.proofs, 'no checkpoint of this shard');
    }
    const { size } = checkpoint;
    const leafHash = hashLeaf(event);
    const included = verifyInclusion({ index, size, leafHash, proof: hashes, root });
    if (!included.ok) return wrong(PACK_FILES.events, included.problem.message);
    const parsed = parseJson(event);
    if (!parsed.ok || !isJsonObject(parsed.value)) return wrong(PACK_FILES.events, 'not an event');
    if (parsed.value['project'] !== manifest.project) {
      return wrong(PACK_FILES.events, 'an event of another project');
    }
    const digest = bodyDigest(parsed.value);
    if (digest !== undefined) {
      const file = bodyFile(digest);
      if (!archive.sizes.has(file)) {
        return problem('pack.missing-file', `${PACK_FILES.events} ${at}: lacks ${file}`, file);
      }
      bodies.add(file);
    }
    checkpoint.left--;
    count++;
  }
  const uneven = [...checkpoints.values()].find(({ left }) => left !== 0);
  if (count !== manifest.entries || uneven !== undefined) {
    const message = `expected ${manifest.entries} events as the manifest states, received ${count}`;
    return problem('pack.malformed', `${PACK_FILES.events}: ${message}`, PACK_FILES.events);
  }
  return findStray(archive, bodies);
}

function findStray(archive: Archive, bodies: ReadonlySet<string>): Problem | undefined {
  for (const name of archive.sizes.keys()) {
    if (digestOfBodyFile(name) !== undefined && !bodies.has(name)) {
      return problem('pack.unexpected-file', `no event names ${name}`, name);
    }
  }
  return undefined;
}

type Pair =
  | { readonly number: number; readonly event: Uint8Array; readonly proof: Uint8Array }
  | { readonly problem: Problem };

async function* pairLines(archive: Archive): AsyncIterable<Pair> {
  const proofs = readLines(archive.read(PACK_FILES.proofs), MAX_PROOF_LINE);
  let number = 0;
  for await (const event of readLines(archive.read(PACK_FILES.events), MAX_EVENT_LINE)) {
    number = event.number;
    if (event.kind !== 'line') {
      yield { problem: unreadable(PACK_FILES.events, event) };
      return;
    }
    const next = await proofs.next();
    if (next.done) {
      yield { problem: wrongAt(PACK_FILES.events, number, 'has no proof') };
      return;
    }
    if (next.value.kind !== 'line') {
      yield { problem: unreadable(PACK_FILES.proofs, next.value) };
      return;
    }
    yield { number, event: event.bytes, proof: next.value.bytes };
  }
  const rest = await proofs.next();
  if (!rest.done) yield { problem: wrongAt(PACK_FILES.proofs, number + 1, 'has no event') };
}

function readProof(line: Uint8Array) {
  const parsed = parseJson(line);
  if (!parsed.ok || !proofLine.Check(parsed.value)) return undefined;
  const { shard, index, hashes } = parsed.value;
  const decoded: Uint8Array[] = [];
  for (const hash of hashes) {
    const bytes = fromBase64(hash);
    if (bytes?.byteLength !== 32) return undefined;
    decoded.push(bytes);
  }
  return { shard, index, hashes: decoded };
}

function unreadable(file: string, line: Line): Problem {
  return wrongAt(file, line.number, line.kind === 'too-long' ? 'is too long' : 'does not end');
}

function wrongAt(file: string, number: number, message: string): Problem {
  return problem('pack.proof', `${file} line ${number}: ${message}`, `${file}:${number}`);
}

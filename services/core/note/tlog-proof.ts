import { fromBase64, toBase64 } from '../bytes.ts';
import { type Problem, problem } from '../errors.ts';
import { HASH_BYTES, hashLeaf } from '../merkle/hash-leaf.ts';
import { verifyInclusion } from '../merkle/proofs.ts';
import { assertSize } from '../merkle/tree-size.ts';
import { fail, type Outcome, ok } from '../outcome.ts';
import { type Checkpoint, parseCheckpoint, parseDecimal } from './checkpoint.ts';
import { type NoteWitness, openNote, parseNote } from './signed-note.ts';
import { ED25519, type VerifierKey } from './verifier-key.ts';

/** An offline proof that a log holds an entry (C2SP tlog-proof v1); nothing in it is verified yet. */
export type TlogProof = {
  readonly index: number;
  /** Opaque and unauthenticated. */
  readonly extra?: Uint8Array;
  /** The audit path, the leaf's sibling first; 32 bytes each. */
  readonly hashes: readonly Uint8Array[];
  /** The signed note, verbatim. */
  readonly checkpoint: string;
};

/** What to verify a proof against: the entry's own bytes and the keys of the log and its witnesses. */
export type TlogProofClaim = {
  readonly proof: string;
  readonly leafData: Uint8Array;
  readonly verifierKeys: readonly VerifierKey[];
  /** The only log that is acceptable; without it any whose key is known. */
  readonly origin?: string;
};

/** What a proof has shown: the entry stands at `index` of the tree that all of `signedBy` saw. */
export type VerifiedTlogProof = {
  readonly index: number;
  readonly checkpoint: Checkpoint;
  readonly signedBy: readonly NoteWitness[];
  readonly extra?: Uint8Array;
};

const HEADER = 'c2sp.org/tlog-proof@v1';
const MAX_PROOF_LENGTH = 2 * 1024 * 1024;
// A tree of 2^53 − 1 leaves is 53 levels high.
const MAX_HASHES = 53;

/** The text of a proof, to be stored as `.tlog-proof`. Throws a RangeError on what cannot be one. */
export function formatTlogProof(proof: TlogProof): string {
  assertSize(proof.index);
  if (proof.hashes.length > MAX_HASHES) throw new RangeError('an audit path has at most 53 hashes');
  if (proof.hashes.some((hash) => hash.byteLength !== HASH_BYTES)) {
    throw new RangeError('a hash of an audit path has 32 bytes');
  }
  if (!parseNote(proof.checkpoint).ok) throw new RangeError('expected a signed checkpoint');
  const lines = [
    HEADER,
    ...(proof.extra === undefined ? [] : [`extra ${toBase64(proof.extra)}`]),
    `index ${proof.index}`,
    ...proof.hashes.map(toBase64),
  ];
  return `${lines.join('\n')}\n\n${proof.checkpoint}`;
}

/** Reads a proof; verifies nothing. */
export function parseTlogProof(text: string): Outcome<TlogProof, Problem> {
  if (text.length > MAX_PROOF_LENGTH) return malformed('the proof is longer than 2 MiB');
  // No line of the head is empty, so the first blank line ends it.
  const border = text.indexOf('\n\n');
  if (border < 0) return malformed('expected a blank line in front of the checkpoint');
  const [header, ...lines] = text.slice(0, border).split('\n');
  if (header !== HEADER) return malformed(`expected the first line to be ${HEADER}`);
  let extra: Uint8Array | undefined;
  if (lines[0]?.startsWith('extra ')) {
    extra = fromBase64(lines[0].slice('extra '.length));
    if (extra === undefined) return malformed('expected base64 on the extra line');
    lines.shift();
  }
  const indexLine = lines.shift();
  const index = indexLine?.startsWith('index ')
    ? parseDecimal(indexLine.slice('index '.length))
    : undefined;
  if (index === undefined) {
    return malformed('expected an index line: a decimal without leading zeros, at most 2^53 - 1');
  }
  if (lines.length > MAX_HASHES) {
    return malformed(`expected at most ${MAX_HASHES} hashes, received ${lines.length}`);
  }
  const hashes: Uint8Array[] = [];
  for (const line of lines) {
    const hash = fromBase64(line);
    if (hash?.byteLength !== HASH_BYTES) return malformed('expected hashes of 32 bytes as base64');
    hashes.push(hash);
  }
  const checkpoint = text.slice(border + 2);
  return ok({ index, hashes, checkpoint, ...(extra !== undefined && { extra }) });
}

/**
 * Accepts a proof only when it leads from exactly these entry bytes to the root of a checkpoint
 * that the log itself signed: with an Ed25519 key that is known under the checkpoint's origin.
 * How many witnesses are enough is for the caller to judge by `signedBy`.
 */
export function verifyTlogProof(claim: TlogProofClaim): Outcome<VerifiedTlogProof, Problem> {
  const parsed = parseTlogProof(claim.proof);
  if (!parsed.ok) return parsed;
  const { index, hashes, extra } = parsed.value;
  const note = openNote(parsed.value.checkpoint, claim.verifierKeys);
  if (!note.ok) return note;
  const checkpoint = parseCheckpoint(note.value.text);
  if (!checkpoint.ok) return checkpoint;
  const { origin, size, root } = checkpoint.value;
  if (claim.origin !== undefined && claim.origin !== origin) {
    return fail(
      problem('proof.mismatch', 'the checkpoint is of another log than the expected one'),
    );
  }
  const { signedBy } = note.value;
  if (!signedBy.some(({ key }) => key.type === ED25519 && key.name === origin)) {
    return fail(problem('note.unknown-key', 'only witnesses signed the checkpoint, not its log'));
  }
  const leafHash = hashLeaf(claim.leafData);
  const included = verifyInclusion({ index, size, leafHash, proof: hashes, root });
  if (!included.ok) return included;
  return ok({
    index,
    checkpoint: checkpoint.value,
    signedBy,
    ...(extra !== undefined && { extra }),
  });
}

function malformed(message: string) {
  return fail(problem('proof.malformed', message));
}

import type { KeyObject } from 'node:crypto';
import { fromBase64, fromHex, toBase64, toHex, utf8 } from '../bytes.ts';
import { type Problem, problem } from '../errors.ts';
import { fail, type Outcome, ok } from '../outcome.ts';
import { SIGNATURE_BYTES, sign, toRawPublicKey, verify } from './ed25519.ts';
import {
  assertKeyName,
  COSIGNATURE,
  ED25519,
  formatVerifierKey,
  isKeyName,
  keyId,
  type VerifierKey,
} from './verifier-key.ts';

/** One signature line: whose, under which key ID (8 hex digits), and the bytes after the ID. */
type NoteSignature = {
  readonly name: string;
  readonly keyId: string;
  readonly signature: Uint8Array;
};

/** A C2SP signed note; the text ends with a newline. Nothing in it is to be believed yet. */
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] };

/** Signs notes; the private key stays in the closure. */
export type NoteSigner = {
  readonly name: string;
  readonly keyId: string;
  /** What others verify with: `name+id+base64`. */
  readonly verifierKey: string;
  readonly sign: (message: Uint8Array) => Uint8Array;
};

/** A key that signed, and for a witness the time that it stated, in seconds since the epoch. */
export type NoteWitness = { readonly key: VerifierKey; readonly time?: bigint };

/** A note that at least one known key signed and none failed to; `signedBy` lists each key once. */
export type VerifiedNote = { readonly text: string; readonly signedBy: readonly NoteWitness[] };

const MAX_NOTE_LENGTH = 1024 * 1024;
const MAX_SIGNATURES = 64;
const KEY_ID_BYTES = 4;
const TIME_BYTES = 8;
// C2SP signed-note: valid UTF-8 and no control characters below U+0020 but the newline.
const NOT_IN_NOTE = /[^\n -\ud7ff\ue000-\u{10ffff}]/u;
const SIGNATURE_LINE = /^— ([^ ]+) ([A-Za-z0-9+/]+=*)$/;

/** Reads a signed note and keeps it apart into text and signatures; verifies nothing. */
export function parseNote(note: string): Outcome<Note, Problem> {
  if (note.length > MAX_NOTE_LENGTH) return malformed('the note is longer than 1 MiB');
  if (NOT_IN_NOTE.test(note)) return malformed('the note has a control character or broken UTF-8');
  // The text may hold blank lines itself, so the last one is the border.
  const border = note.lastIndexOf('\n\n');
  if (border < 0) return malformed('expected a blank line between text and signatures');
  const lines = note.slice(border + 2).split('\n');
  if (lines.pop() !== '' || lines.length === 0) {
    return malformed('expected signature lines that each end with a newline');
  }
  if (lines.length > MAX_SIGNATURES) {
    return malformed(`expected at most ${MAX_SIGNATURES} signatures, received ${lines.length}`);
  }
  const signatures: NoteSignature[] = [];
  for (const [at, line] of lines.entries()) {
    const signature = parseSignatureLine(line);
    if (signature === undefined) return malformed(`signature line ${at + 1} is malformed`);
    signatures.push(signature);
  }
  return ok({ text: note.slice(0, border + 1), signatures });
}

/** Writes a note that {@link parseNote} reads back the same. Throws a RangeError on what cannot be one. */
export function formatNote(note: Note): string {
  assertNoteText(note.text);
  if (note.signatures.length === 0) throw new RangeError('a note has at least one signature');
  let lines = '';
  for (const { name, keyId, signature } of note.signatures) {
    assertKeyName(name);
    const id = fromHex(keyId);
    if (id?.byteLength !== KEY_ID_BYTES || signature.byteLength === 0) {
      throw new RangeError('a signature has a key ID of 4 bytes and at least one byte');
    }
    lines += `— ${name} ${toBase64(Buffer.concat([id, signature]))}\n`;
  }
  return `${note.text}\n${lines}`;
}

/** A signer under a name, which for a log is its origin. Throws unless the key is Ed25519. */
export function createNoteSigner(name: string, privateKey: KeyObject): NoteSigner {
  assertKeyName(name);
  const raw = toRawPublicKey(privateKey);
  return {
    name,
    keyId: keyId(name, ED25519, raw),
    verifierKey: formatVerifierKey(name, raw),
    sign: (message) => sign(message, privateKey),
  };
}

/** The signed note over a text that ends with a newline. Throws a RangeError on any other text. */
export function signNote(text: string, signer: NoteSigner): string {
  assertNoteText(text);
  const signature = signer.sign(utf8(text));
  return formatNote({ text, signatures: [{ name: signer.name, keyId: signer.keyId, signature }] });
}

/**
 * Accepts a note only when a known key signed it. Signatures of unknown keys are ignored; a single
 * bad signature under the name and ID of a known key refuses the whole note (C2SP signed-note).
 */
export function verifyNote(
  note: Note,
  verifierKeys: readonly VerifierKey[],
): Outcome<VerifiedNote, Problem> {
  const signedBy = new Map<VerifierKey, NoteWitness>();
  for (const signature of note.signatures) {
    const known = verifierKeys.filter(
      (key) => key.name === signature.name && key.id === signature.keyId,
    );
    if (known.length === 0) continue;
    const witness = known
      .map((key) => checkSignature(note.text, signature.signature, key))
      .find((checked) => checked !== undefined);
    if (witness === undefined) {
      return fail(
        problem('note.bad-signature', `the signature of ${signature.name} does not verify`),
      );
    }
    signedBy.set(witness.key, witness);
  }
  if (signedBy.size === 0) {
    return fail(problem('note.unknown-key', 'no known key signed the note'));
  }
  return ok({ text: note.text, signedBy: [...signedBy.values()] });
}

/** Parses and verifies in one step, so that an unverified text is never in hand. */
export function openNote(
  note: string,
  verifierKeys: readonly VerifierKey[],
): Outcome<VerifiedNote, Problem> {
  const parsed = parseNote(note);
  return parsed.ok ? verifyNote(parsed.value, verifierKeys) : parsed;
}

function parseSignatureLine(line: string): NoteSignature | undefined {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  if (name === undefined || encoded === undefined || !isKeyName(name)) return undefined;
  const bytes = fromBase64(encoded);
  if (bytes === undefined || bytes.byteLength <= KEY_ID_BYTES) return undefined;
  const id = toHex(bytes.subarray(0, KEY_ID_BYTES));
  return { name, keyId: id, signature: bytes.subarray(KEY_ID_BYTES) };
}

function checkSignature(
  text: string,
  signature: Uint8Array,
  key: VerifierKey,
): NoteWitness | undefined {
  switch (key.type) {
    case ED25519:
      return verify(utf8(text), signature, key.publicKey) ? { key } : undefined;
    case COSIGNATURE: {
      if (signature.byteLength !== TIME_BYTES + SIGNATURE_BYTES) return undefined;
      const view = new DataView(signature.buffer, signature.byteOffset, TIME_BYTES);
      const time = view.getBigUint64(0);
      const message = utf8(`cosignature/v1\ntime ${time}\n${text}`);
      const good =
        time < 2n ** 63n && verify(message, signature.subarray(TIME_BYTES), key.publicKey);
      return good ? { key, time } : undefined;
    }
  }
}

function assertNoteText(text: string): void {
  if (!text.endsWith('\n') || NOT_IN_NOTE.test(text)) {
    throw new RangeError('a note text ends with a newline and has no other control characters');
  }
}

function malformed(message: string) {
  return fail(problem('note.malformed', message));
}

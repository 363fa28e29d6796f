import { fromBase64 } from '../../core/bytes.ts';
import { problem } from '../../core/errors.ts';
import { verify } from '../../core/note/ed25519.ts';
import { openNote } from '../../core/note/signed-note.ts';
import { ED25519, parseVerifierKey, type VerifierKey } from '../../core/note/verifier-key.ts';
import { fail, type Outcome, ok } from '../../core/outcome.ts';
import { readEnvelope } from './read-envelope.ts';

/** A signed file: what was signed, by which key (`name+id`), and how. */
export type SignedDocument = {
  readonly text: string;
  readonly key: string;
  readonly format: 'note' | 'dsse';
};

const PAYLOAD_TYPES: readonly string[] = [
  'application/vnd.provost.baseline+yaml',
  'application/vnd.provost.baseline+json',
];

/**
 * Accepts a baseline file only when a named key signed exactly its bytes: with a C2SP signed note (the whole note, or
 * its signature lines alone) or a DSSE envelope. Anything else is `baseline.signature`, which says what was wrong.
 */
export function verifyDocument(
  text: string,
  signature: string,
  keyTexts: readonly string[],
): Outcome<SignedDocument> {
  const keys = keyTexts.flatMap((key) => {
    const parsed = parseVerifierKey(key);
    return parsed.ok && parsed.value.type === ED25519 ? [parsed.value] : [];
  });
  if (keys.length === 0)
    return refuse('the project names no key (baselineKeys in the governance file)');
  return signature.trimStart().startsWith('{')
    ? verifyEnvelope(text, signature, keys)
    : verifyNoteOf(text, signature, keys);
}

function verifyNoteOf(
  text: string,
  signature: string,
  keys: readonly VerifierKey[],
): Outcome<SignedDocument> {
  const isWhole = signature.includes('\n\n— ');
  const note = openNote(isWhole ? signature : `${text}\n${signature.replace(/^\n+/, '')}`, keys);
  if (!note.ok) return refuse(note.problem.message);
  if (note.value.text !== text) return refuse('the signed text is not that of the file');
  const [witness] = note.value.signedBy;
  return witness === undefined
    ? refuse('no known key signed the file')
    : ok({ text, key: nameOf(witness.key), format: 'note' });
}

function verifyEnvelope(
  text: string,
  signature: string,
  keys: readonly VerifierKey[],
): Outcome<SignedDocument> {
  const envelope = readEnvelope(signature);
  if (envelope === undefined)
    return refuse('expected a DSSE envelope with payloadType, payload and signatures');
  const { payload, payloadType, signatures } = envelope;
  // A key that also signs other things must not have its words taken for a baseline.
  if (!PAYLOAD_TYPES.includes(payloadType))
    return refuse(`expected the payload type ${PAYLOAD_TYPES.join(' or ')}`);
  if (!Buffer.from(payload).equals(Buffer.from(text)))
    return refuse('the signed payload is not that of the file');
  const message = preAuthenticationEncoding(payloadType, payload);
  for (const { sig } of signatures) {
    const bytes = fromBase64(sig);
    // The key id is a hint that nobody signed: every key is tried.
    const key = bytes && keys.find((known) => verify(message, bytes, known.publicKey));
    if (key !== undefined) return ok({ text, key: nameOf(key), format: 'dsse' });
  }
  return refuse('no known key signed the envelope');
}

/** DSSE v1: what is signed is `DSSEv1`, type and body, each with its length. */
function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.byteLength} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

function nameOf({ name, id }: VerifierKey): string {
  return `${name}+${id}`;
}

function refuse(message: string): Outcome<never> {
  return fail(problem('baseline.signature', message, '/signature'));
}

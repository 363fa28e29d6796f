import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toBase64, utf8 } from '../../../services/core/bytes.ts';
import { sign, toPrivateKey, toRawPublicKey } from '../../../services/core/note/ed25519.ts';
import {
  createNoteSigner,
  formatNote,
  type Note,
  openNote,
  parseNote,
  signNote,
  verifyNote,
} from '../../../services/core/note/signed-note.ts';
import {
  COSIGNATURE,
  ED25519,
  formatVerifierKey,
  keyId,
  parseVerifierKey,
} from '../../../services/core/note/verifier-key.ts';

// The examples of the C2SP signed-note specification.
const SPEC_KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const SPEC_NOTE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;

const privateKey = (byte: number) => toPrivateKey(new Uint8Array(32).fill(byte));
const log = createNoteSigner('log.example/a', privateKey(1));
const other = createNoteSigner('other.example', privateKey(2));
const text = 'log.example/a\n5\nroot\n';

function key(verifierKey: string) {
  const outcome = parseVerifierKey(verifierKey);
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return outcome.value;
}

function note(source: string): Note {
  const outcome = parseNote(source);
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return outcome.value;
}

function refusal(outcome: { ok: true } | { ok: false; problem: { code: string } }) {
  return outcome.ok ? 'accepted' : outcome.problem.code;
}

function lineOf(signed: string): string {
  return signed.slice(signed.lastIndexOf('\n\n') + 2);
}

/** A note with the first bit of each signature flipped. */
function spoil(signed: string): string {
  const parsed = note(signed);
  const signatures = parsed.signatures.map((line) => {
    const signature = Uint8Array.from(line.signature);
    signature[0] = (signature[0] ?? 0) ^ 1;
    return { ...line, signature };
  });
  return formatNote({ text: parsed.text, signatures });
}

describe('the example of the specification', () => {
  test('verifies with its key', () => {
    expect(openNote(SPEC_NOTE, [key(SPEC_KEY)])).toMatchObject({
      ok: true,
      value: { text: 'This is an example message.\n', signedBy: [{ key: key(SPEC_KEY) }] },
    });
  });

  test('is written back the same', () => {
    expect(formatNote(note(SPEC_NOTE))).toBe(SPEC_NOTE);
    const { name, publicKey } = key(SPEC_KEY);
    expect(formatVerifierKey(name, toRawPublicKey(publicKey))).toBe(SPEC_KEY);
    expect(keyId(name, ED25519, toRawPublicKey(publicKey))).toBe('530d903a');
  });
});

describe('verifier keys', () => {
  test.each([
    ['nothing', ''],
    ['two parts', 'example.com/foo+530d903a'],
    ['an ID that is not its hash', SPEC_KEY.replace('530d903a', '530d903b')],
    ['a name that is not hashed', SPEC_KEY.replace('foo', 'fop')],
    ['an ID in capitals', SPEC_KEY.replace('530d903a', '530D903A')],
    ['a space in the name', SPEC_KEY.replace('/', ' ')],
    ['a no-break space in the name', SPEC_KEY.replace('/', '\u00a0')],
    ['base64 with a stray bit', SPEC_KEY.replace(/k$/, 'l')],
    ['base64 with padding too much', `${SPEC_KEY}=`],
    ['an end of line', `${SPEC_KEY}\n`],
    ['a short key', `a+00000000+${toBase64(new Uint8Array(32).fill(1))}`],
    ['an ML-DSA key', `a+00000000+${toBase64(new Uint8Array(1313).fill(6))}`],
  ])('with %s are refused', (_, verifierKey) => {
    expect(refusal(parseVerifierKey(verifierKey))).toBe('note.malformed');
  });

  test('of any name and key read back', () => {
    fc.assert(
      fc.property(fc.webUrl(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (url, raw) => {
        const name = url.replaceAll('+', '-');
        for (const type of [ED25519, COSIGNATURE] as const) {
          const parsed = key(formatVerifierKey(name, raw, type));
          expect(parsed).toMatchObject({ name, type, id: keyId(name, type, raw) });
          expect(Uint8Array.from(toRawPublicKey(parsed.publicKey))).toEqual(raw);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('are not written for a bad name or key', () => {
    for (const name of ['', 'a b', 'a+b', 'a\n', '\ud800']) {
      expect(() => formatVerifierKey(name, new Uint8Array(32))).toThrow(RangeError);
    }
    expect(() => formatVerifierKey('a', new Uint8Array(31))).toThrow(RangeError);
  });
});

describe('parsing', () => {
  const line = lineOf(signNote(text, log));

  test('splits at the last blank line, so a text may hold others', () => {
    const parsed = note(signNote('a\n\n\nb\n\n', log));
    expect(parsed.text).toBe('a\n\n\nb\n\n');
    expect(openNote(formatNote(parsed), [key(log.verifierKey)]).ok).toBe(true);
  });

  test('accepts 64 signatures of any unknown kind and length', () => {
    const unknown = `— x.example ${toBase64(new Uint8Array(5000))}\n`;
    expect(note(`${text}\n${unknown.repeat(63)}${line}`).signatures).toHaveLength(64);
    expect(refusal(parseNote(`${text}\n${unknown.repeat(65)}`))).toBe('note.malformed');
  });

  test.each([
    ['nothing', ''],
    ['no blank line', text],
    ['no signature', `${text}\n`],
    ['no newline at the end', `${text}\n${line}`.slice(0, -1)],
    ['no newline after the second signature', `${text}\n${line}${line}`.slice(0, -1)],
    ['a hyphen for the dash', `${text}\n${line.replace('—', '-')}`],
    ['two spaces', `${text}\n${line.replace('— ', '—  ')}`],
    ['a space at the end', `${text}\n${line.replace('\n', ' \n')}`],
    ['a plus in the name', `${text}\n${line.replace('/', '+')}`],
    ['a wide space in the name', `${text}\n${line.replace('/', '\u3000')}`],
    ['no name', `${text}\n${line.replace('log.example/a ', '')}`],
    ['a signature of the key ID only', `${text}\n— a AAAAAA==\n`],
    ['base64 with stray bits', `${text}\n— a AAAAAAB=\n`],
    ['base64url', `${text}\n— a AAAA__-_\n`],
    ['a carriage return', `${text}\r\n${line}`],
    ['a tab in the text', `a\tb\n\n${line}`],
    ['a null in the text', `a\0b\n\n${line}`],
    ['half of a surrogate pair', `a\ud800b\n\n${line}`],
    ['a text after the signatures', `${text}\n${line}more\n`],
    ['more than 1 MiB', `${'a'.repeat(1024 * 1024)}\n\n${line}`],
  ])('refuses a note with %s', (_, source) => {
    expect(refusal(parseNote(source))).toBe('note.malformed');
  });

  test('accepts what is neither a control character below U+0020 nor broken', () => {
    expect(note(signNote('\u007f\u0085\u{1f600}\ufeff\n', log)).text).toBe(
      '\u007f\u0085\u{1f600}\ufeff\n',
    );
  });

  test('writes no note that it would not read', () => {
    for (const bad of ['', 'a', 'a\r\n', 'a\ud800\n']) {
      expect(() => signNote(bad, log)).toThrow(RangeError);
    }
    const signature = new Uint8Array(64);
    expect(() => formatNote({ text, signatures: [] })).toThrow(RangeError);
    for (const bad of [
      { name: 'a b', keyId: '00000000', signature },
      { name: 'a', keyId: '000000', signature },
      { name: 'a', keyId: 'zzzzzzzz', signature },
      { name: 'a', keyId: '00000000', signature: new Uint8Array() },
    ]) {
      expect(() => formatNote({ text, signatures: [bad] })).toThrow(RangeError);
    }
  });
});

describe('verifying', () => {
  const known = [key(log.verifierKey)];
  const signed = signNote(text, log);
  const foreign = lineOf(signNote(text, other));

  test('accepts a known signature and lists it once', () => {
    const outcome = openNote(signed + lineOf(signed), known);
    expect(outcome).toEqual({ ok: true, value: { text, signedBy: [{ key: known[0] }] } });
  });

  test('ignores signatures of unknown keys, even bad ones', () => {
    expect(openNote(signed + lineOf(spoil(signNote(text, other))), known).ok).toBe(true);
    expect(openNote(`${text}\n${foreign}${lineOf(signed)}`, known).ok).toBe(true);
  });

  test('ignores a key that shares only the name or only the ID', () => {
    const { keyId: id } = log;
    const signature = new Uint8Array(64);
    const sameName = { name: log.name, keyId: '01020304', signature };
    const sameId = { name: 'somebody.else', keyId: id, signature };
    const { signatures } = note(signed);
    const both = { text, signatures: [sameName, sameId, ...signatures] };
    expect(verifyNote(both, known).ok).toBe(true);
    expect(refusal(verifyNote({ text, signatures: [sameName, sameId] }, known))).toBe(
      'note.unknown-key',
    );
  });

  test('refuses a note that no known key signed', () => {
    expect(refusal(openNote(signNote(text, other), known))).toBe('note.unknown-key');
    expect(refusal(openNote(signed, []))).toBe('note.unknown-key');
  });

  test('refuses the whole note when one known key fails, wherever it stands', () => {
    const all = [...known, key(other.verifierKey)];
    const bad = lineOf(spoil(signNote(text, other)));
    expect(refusal(openNote(signed + bad, all))).toBe('note.bad-signature');
    expect(refusal(openNote(`${text}\n${bad}${lineOf(signed)}`, all))).toBe('note.bad-signature');
    expect(refusal(openNote(signed + lineOf(spoil(signed)), known))).toBe('note.bad-signature');
    expect(openNote(signed + foreign, all)).toMatchObject({
      ok: true,
      value: { signedBy: [{ key: all[0] }, { key: all[1] }] },
    });
  });

  test('refuses any other text under the same signature', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z\n]{0,20}$/), (prefix) => {
        const changed = `${prefix}${text}\n${lineOf(signed)}`;
        expect(openNote(changed, known).ok).toBe(prefix === '');
      }),
    );
  });

  test('does not show the private key of a signer', () => {
    expect(Object.keys(log).toSorted()).toEqual(['keyId', 'name', 'sign', 'verifierKey']);
  });
});

describe('cosignatures of witnesses', () => {
  const seed = privateKey(3);
  const witness = formatVerifierKey('w.example', toRawPublicKey(seed), COSIGNATURE);

  function cosign(time: bigint, claimed = time, over = text): string {
    const clock = Buffer.alloc(8);
    clock.writeBigUInt64BE(claimed);
    const signature = sign(utf8(`cosignature/v1\ntime ${time}\n${over}`), seed);
    const id = fromHex(key(witness).id) ?? new Uint8Array();
    return `${text}\n— w.example ${toBase64(Buffer.concat([id, clock, signature]))}\n`;
  }

  test('verify with the time that the witness stated', () => {
    expect(openNote(cosign(1_700_000_000n), [key(witness)])).toMatchObject({
      ok: true,
      value: { signedBy: [{ time: 1_700_000_000n }] },
    });
  });

  test.each([
    ['another time', cosign(1n, 2n)],
    ['another text', cosign(1n, 1n, 'x\n')],
    ['a time of 2^63', cosign(2n ** 63n)],
    ['no time', signNote(text, createNoteSigner('w.example', seed))],
  ])('with %s do not', (_, source) => {
    const { signatures } = note(source);
    const id = key(witness).id;
    const named = { text, signatures: signatures.map((line) => ({ ...line, keyId: id })) };
    expect(refusal(verifyNote(named, [key(witness)]))).toBe('note.bad-signature');
  });
});

import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../services/core/bytes.ts';
import {
  sign,
  toPrivateKey,
  toPublicKey,
  toRawPublicKey,
  toSeed,
  verify,
} from '../../../services/core/note/ed25519.ts';
import { vectorPath } from '../vectors.ts';

// RFC 8032 section 7.1, TEST 2.
const SEED = bytes('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
const PUBLIC = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
const SIGNATURE =
  '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
  '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';
const MESSAGE = bytes('72');

function bytes(hex: string): Uint8Array {
  const found = fromHex(hex);
  if (found === undefined) throw new Error(`not hex: ${hex}`);
  return found;
}

describe('keys', () => {
  test('go to key objects and back', () => {
    const privateKey = toPrivateKey(SEED);
    expect(toHex(toSeed(privateKey))).toBe(toHex(SEED));
    expect(toHex(toRawPublicKey(privateKey))).toBe(PUBLIC);
    expect(toHex(toRawPublicKey(toPublicKey(bytes(PUBLIC))))).toBe(PUBLIC);
  });

  test('of another length or kind are refused', () => {
    for (const length of [0, 31, 33, 64]) {
      expect(() => toPublicKey(new Uint8Array(length))).toThrow(RangeError);
      expect(() => toPrivateKey(new Uint8Array(length))).toThrow(RangeError);
    }
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(() => toRawPublicKey(other.publicKey)).toThrow(TypeError);
    expect(() => toSeed(other.privateKey)).toThrow(TypeError);
    expect(() => sign(MESSAGE, other.privateKey)).toThrow(TypeError);
    expect(() => verify(MESSAGE, new Uint8Array(64), other.publicKey)).toThrow(TypeError);
  });
});

describe('signatures', () => {
  test('are those of RFC 8032', () => {
    expect(toHex(sign(MESSAGE, toPrivateKey(SEED)))).toBe(SIGNATURE);
    expect(verify(MESSAGE, bytes(SIGNATURE), toPublicKey(bytes(PUBLIC)))).toBe(true);
  });

  test('with any bit flipped, cut or extended do not verify', () => {
    const publicKey = toPublicKey(bytes(PUBLIC));
    const good = bytes(SIGNATURE);
    for (let bit = 0; bit < 512; bit++) {
      const bad = Uint8Array.from(good);
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verify(MESSAGE, bad, publicKey)).toBe(false);
    }
    for (const bad of [good.subarray(1), new Uint8Array(), Buffer.concat([good, good])]) {
      expect(verify(MESSAGE, bad, publicKey)).toBe(false);
    }
    expect(verify(bytes('73'), good, publicKey)).toBe(false);
  });
});

describe('wycheproof', () => {
  const file = vectorPath('wycheproof', 'ed25519_test.json');
  const schema = Compile(
    Type.Object({
      testGroups: Type.Array(
        Type.Object({
          publicKey: Type.Object({ pk: Type.String() }),
          tests: Type.Array(
            Type.Object({
              tcId: Type.Integer(),
              comment: Type.String(),
              msg: Type.String(),
              sig: Type.String(),
              result: Type.Union([Type.Literal('valid'), Type.Literal('invalid')]),
            }),
          ),
        }),
      ),
    }),
  );

  test('agrees on all 151 signatures', (context) => {
    if (file === undefined) return context.skip('no vectors: wycheproof');
    const { testGroups } = schema.Parse(JSON.parse(readFileSync(file, 'utf8')));
    let count = 0;
    for (const { publicKey, tests } of testGroups) {
      const key = toPublicKey(bytes(publicKey.pk));
      for (const { tcId, comment, msg, sig, result } of tests) {
        const good = verify(bytes(msg), bytes(sig), key);
        expect(good, `${tcId} ${comment}`).toBe(result === 'valid');
        count++;
      }
    }
    expect(count).toBe(151);
  });
});

describe('cctv', () => {
  const file = vectorPath('cctv', 'ed25519', 'ed25519vectors.json');
  const schema = Compile(
    Type.Array(
      Type.Object({
        number: Type.Integer(),
        key: Type.String(),
        sig: Type.String(),
        msg: Type.String(),
        flags: Type.Union([Type.Array(Type.String()), Type.Null()]),
      }),
    ),
  );
  // The check is cofactorless and compares R as encoded: so much is refused, in any combination.
  // Accepted are low_order_R, low_order_A, low_order_component_R, low_order_component_A,
  // non_canonical_A and reencoded_k when neither of these two comes with them.
  const REFUSED = ['low_order_residue', 'non_canonical_R'];

  test('accepts exactly the edge cases that a cofactorless verifier with a canonical R does', (context) => {
    if (file === undefined) return context.skip('no vectors: cctv');
    const vectors = schema.Parse(JSON.parse(readFileSync(file, 'utf8')));
    let accepted = 0;
    for (const { number, key, sig, msg, flags } of vectors) {
      const good = verify(Buffer.from(msg), bytes(sig), toPublicKey(bytes(key)));
      const expected = !(flags ?? []).some((flag) => REFUSED.includes(flag));
      expect(good, `${number} ${flags?.join(' ')}`).toBe(expected);
      if (good) accepted++;
    }
    expect(vectors).toHaveLength(914);
    expect(accepted).toBe(208);
  });
});

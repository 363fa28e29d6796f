import { describe, expect, test } from 'vitest';
import { toBase64, utf8 } from '../../../services/core/bytes.ts';
import { inclusionProof } from '../../../services/core/merkle/proofs.ts';
import { formatCheckpoint } from '../../../services/core/note/checkpoint.ts';
import { sign, toPrivateKey, toRawPublicKey } from '../../../services/core/note/ed25519.ts';
import {
  createNoteSigner,
  formatNote,
  openNote,
  signNote,
} from '../../../services/core/note/signed-note.ts';
import {
  formatTlogProof,
  parseTlogProof,
  verifyTlogProof,
} from '../../../services/core/note/tlog-proof.ts';
import {
  COSIGNATURE,
  formatVerifierKey,
  parseVerifierKey,
} from '../../../services/core/note/verifier-key.ts';
import { entry, leafHashes, naiveTiles, treeHash } from '../merkle/naive-tree.ts';

const SIZE = 13;
const INDEX = 6;
const leaves = leafHashes(SIZE);
const log = createNoteSigner('log.example/a', toPrivateKey(new Uint8Array(32).fill(1)));
const witness = createNoteSigner('w.example', toPrivateKey(new Uint8Array(32).fill(2)));
const keys = [log, witness].map(({ verifierKey }) => key(verifierKey));
const root = treeHash(leaves);
const body = formatCheckpoint({ origin: log.name, size: SIZE, root });
const checkpoint = signNote(body, log);
const hashes = await inclusionProof(INDEX, SIZE, naiveTiles(leaves).readTile);
const good = formatTlogProof({ index: INDEX, hashes, checkpoint });
const claim = { proof: good, leafData: entry(INDEX), verifierKeys: keys };

function key(text: string) {
  const outcome = parseVerifierKey(text);
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return outcome.value;
}

function verdict(change: Partial<Parameters<typeof verifyTlogProof>[0]>): string {
  const outcome = verifyTlogProof({ ...claim, ...change });
  return outcome.ok ? 'accepted' : outcome.problem.code;
}

describe('format', () => {
  test('is that of the specification', () => {
    const lines = hashes.map((hash) => `${toBase64(hash)}\n`).join('');
    expect(good).toBe(`c2sp.org/tlog-proof@v1\nindex 6\n${lines}\n${checkpoint}`);
    const extra = Buffer.from('more');
    expect(formatTlogProof({ index: INDEX, hashes, checkpoint, extra })).toBe(
      good.replace('index', 'extra bW9yZQ==\nindex'),
    );
  });

  test('reads back', () => {
    for (const extra of [undefined, Buffer.from('more')]) {
      const proof = { index: INDEX, hashes, checkpoint, ...(extra && { extra }) };
      expect(parseTlogProof(formatTlogProof(proof))).toEqual({ ok: true, value: proof });
    }
  });

  test.each([
    ['nothing', ''],
    ['another version', good.replace('@v1', '@v2')],
    ['no index', good.replace('index 6\n', '')],
    ['an index with a leading zero', good.replace('index 6', 'index 06')],
    ['an index that is not exact', good.replace('index 6', 'index 9007199254740992')],
    ['the extra after the index', good.replace('index 6\n', 'index 6\nextra bW9yZQ==\n')],
    ['two extras', good.replace('index', 'extra bW9yZQ==\nextra bW9yZQ==\nindex')],
    ['an extra that is not base64', good.replace('index', 'extra ????\nindex')],
    ['an unknown line', good.replace('index 6', 'index 6\nother 1')],
    ['a short hash', good.replace('index 6', 'index 6\nAAAA')],
    ['too many hashes', good.replace('index 6\n', `index 6\n${`${toBase64(root)}\n`.repeat(53)}`)],
    ['carriage returns', good.replaceAll('\n', '\r\n')],
    ['no blank line', good.replace('\n\n', '\n')],
    ['more than 2 MiB', good + 'a'.repeat(2 * 1024 * 1024)],
  ])('refuses a proof with %s', (_, text) => {
    expect(parseTlogProof(text).ok && verdict({ proof: text }) === 'accepted').toBe(false);
    expect(verdict({ proof: text })).toMatch(/^(proof|note)\.malformed$/);
  });

  test('is not written for what cannot be one', () => {
    const proof = { index: INDEX, hashes, checkpoint };
    expect(() => formatTlogProof({ ...proof, index: -1 })).toThrow(RangeError);
    expect(() => formatTlogProof({ ...proof, hashes: [root.subarray(1)] })).toThrow(RangeError);
    expect(() => formatTlogProof({ ...proof, hashes: Array(54).fill(root) })).toThrow(RangeError);
    expect(() => formatTlogProof({ ...proof, checkpoint: body })).toThrow(RangeError);
  });
});

describe('verifying', () => {
  test('accepts every entry of the log, and no other bytes', async () => {
    for (let index = 0; index < SIZE; index++) {
      const path = await inclusionProof(index, SIZE, naiveTiles(leaves).readTile);
      const proof = formatTlogProof({ index, hashes: path, checkpoint });
      expect(verifyTlogProof({ ...claim, proof, leafData: entry(index) })).toMatchObject({
        ok: true,
        value: {
          index,
          checkpoint: { origin: log.name, size: SIZE },
          signedBy: [{ key: keys[0] }],
        },
      });
      expect(verdict({ proof, leafData: entry(index + 1) })).toBe('proof.mismatch');
    }
  });

  test('accepts a log of one entry, whose path is empty', () => {
    const [leaf = root] = leaves;
    const single = signNote(formatCheckpoint({ origin: log.name, size: 1, root: leaf }), log);
    const proof = formatTlogProof({ index: 0, hashes: [], checkpoint: single });
    expect(proof).toBe(`c2sp.org/tlog-proof@v1\nindex 0\n\n${single}`);
    expect(verdict({ proof, leafData: entry(0) })).toBe('accepted');
  });

  test('hands the extra over, which proves nothing', () => {
    const proof = good.replace('index', 'extra bW9yZQ==\nindex');
    const outcome = verifyTlogProof({ ...claim, proof });
    expect(outcome.ok && outcome.value.extra).toEqual(Buffer.from('more'));
  });

  test('names every witness that signed', () => {
    const second = signNote(body, witness).slice(body.length + 1);
    const outcome = verifyTlogProof({ ...claim, proof: good + second });
    expect(outcome).toMatchObject({
      ok: true,
      value: { signedBy: [{ key: keys[0] }, { key: keys[1] }] },
    });
  });

  test('refuses a proof with another index, path or checkpoint', () => {
    expect(verdict({ proof: good.replace('index 6', 'index 7') })).toBe('proof.mismatch');
    expect(verdict({ proof: good.replace('index 6', 'index 13') })).toBe('proof.malformed');
    const shorter = formatTlogProof({ index: INDEX, hashes: hashes.slice(1), checkpoint });
    expect(verdict({ proof: shorter })).toBe('proof.malformed');
    expect(verdict({ proof: good.replace(`\n${SIZE}\n`, '\n14\n') })).toBe('note.bad-signature');
    const stale = formatCheckpoint({ origin: log.name, size: 12, root: treeHash(leaves.slice(1)) });
    const elsewhere = formatTlogProof({ index: INDEX, hashes, checkpoint: signNote(stale, log) });
    expect(verdict({ proof: elsewhere })).not.toBe('accepted');
    const noCheckpoint = formatTlogProof({
      index: INDEX,
      hashes,
      checkpoint: signNote('a\n', log),
    });
    expect(verdict({ proof: noCheckpoint })).toBe('checkpoint.malformed');
  });

  test('refuses a checkpoint that its own log did not sign', () => {
    const proof = formatTlogProof({ index: INDEX, hashes, checkpoint: signNote(body, witness) });
    expect(verdict({ proof })).toBe('note.unknown-key');
    expect(verdict({ verifierKeys: [] })).toBe('note.unknown-key');
  });

  test('does not take a cosignature under the name of the log for its signature', () => {
    const privateKey = toPrivateKey(new Uint8Array(32).fill(1));
    const cosigner = key(formatVerifierKey(log.name, toRawPublicKey(privateKey), COSIGNATURE));
    const signature = sign(utf8(`cosignature/v1\ntime 0\n${body}`), privateKey);
    const cosigned = formatNote({
      text: body,
      signatures: [
        {
          name: log.name,
          keyId: cosigner.id,
          signature: Buffer.concat([Buffer.alloc(8), signature]),
        },
      ],
    });
    expect(openNote(cosigned, [cosigner]).ok).toBe(true);
    const proof = formatTlogProof({ index: INDEX, hashes, checkpoint: cosigned });
    expect(verdict({ proof, verifierKeys: [cosigner] })).toBe('note.unknown-key');
  });

  test('refuses another log than the one that is asked for', () => {
    expect(verdict({ origin: log.name })).toBe('accepted');
    expect(verdict({ origin: 'log.example/b' })).toBe('proof.mismatch');
  });
});

import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../services/core/bytes.ts';
import { canonicalBytes } from '../../services/core/json/canonical-json.ts';
import { sha256 } from '../../services/core/merkle/hash-leaf.ts';
import {
  createNoteSigner,
  type NoteSigner,
  signNote,
} from '../../services/core/note/signed-note.ts';
import { createPack } from '../../services/exports/create-pack.ts';
import { manifestStatement } from '../../services/exports/pack-format.ts';
import { verifyPack } from '../../services/exports/verify-pack.ts';
import { raised, sampleFinding } from '../fakes/sample-events.ts';
import { inDirectory, type LooseFile, unzip, zip } from './pack-files.ts';
import { createSampleLedger, SCOPE } from './sample-ledger.ts';

/** Lists and signs the files as they are now: what an owner of the key could do who lies about the log. */
function resign(files: readonly LooseFile[], signer: NoteSigner): LooseFile[] {
  const own = ['manifest.json', 'manifest.sig'];
  const old = JSON.parse(files.find(({ name }) => name === own[0])?.bytes.toString() ?? '{}');
  const listed = files
    .filter(({ name }) => !own.includes(name))
    .map(({ name, bytes }) => ({ name, size: bytes.length, sha256: toHex(sha256(bytes)) }));
  const manifest = Buffer.from(canonicalBytes({ ...old, files: listed }));
  const signature = Buffer.from(signNote(manifestStatement(manifest), signer));
  return files.map((file) =>
    file.name === own[0]
      ? { ...file, bytes: manifest }
      : file.name === own[1]
        ? { ...file, bytes: signature }
        : file,
  );
}

type Change = (lines: string[]) => string[];

/** The verdict on a pack in which the lines of some files were changed and which was signed again. */
async function verdictOn(changes: Readonly<Record<string, Change>>): Promise<string> {
  return inDirectory(async (directory) => {
    const { ledger, signer, vkey } = await createSampleLedger(6);
    const path = join(directory, 'pack.zip');
    await createPack({ ledger, signer, ...SCOPE, path });
    const files = (await unzip(path)).map(({ name, bytes }) => {
      const change = changes[name];
      if (change === undefined) return { name, bytes };
      const lines = change(bytes.toString().split('\n'));
      return { name, bytes: Buffer.from(lines.join('\n')) };
    });
    const verified = await verifyPack(await zip(path, resign(files, signer)), { vkey });
    return verified.ok ? 'ok' : `${verified.problem.code} ${verified.problem.message}`;
  });
}

const replace =
  (at: number, from: string | RegExp, to: string): Change =>
  (lines) =>
    lines.with(at, (lines[at] ?? '').replace(from, to));

describe('a pack that was changed and signed again', () => {
  it('is accepted when nothing was changed', async () => {
    expect(await verdictOn({})).toBe('ok');
  });

  it('names the event that is not the log’s, with its line, shard and index', async () => {
    expect(await verdictOn({ 'events.ndjson': replace(2, 'alice', 'mallory') })).toMatch(
      /^pack\.proof events\.ndjson line 3 \(shard 0, index 3\): the path from the leaf leads to another root/,
    );
  });

  it('names the proof that is of another place, and one that is none', async () => {
    const swap: Change = ([a = '', b = '', ...rest]) => [b, a, ...rest];
    expect(await verdictOn({ 'proofs.ndjson': swap })).toMatch(
      /^pack\.proof events\.ndjson line 1 \(shard 0, index 1\)/,
    );
    expect(await verdictOn({ 'events.ndjson': swap, 'proofs.ndjson': swap })).toMatch(
      /^pack\.proof proofs\.ndjson line 2 \(shard 0, index 0\): expected positions that ascend/,
    );
    expect(await verdictOn({ 'proofs.ndjson': replace(0, '"shard":0', '"shard":7') })).toMatch(
      /line 1 \(shard 7, index 0\): no checkpoint of this shard/,
    );
    expect(await verdictOn({ 'proofs.ndjson': replace(4, '{', '[') })).toBe(
      'pack.proof proofs.ndjson line 5: not a proof',
    );
  });

  it('names the line that has no counterpart', async () => {
    const drop: Change = (lines) => lines.toSpliced(-2, 1);
    expect(await verdictOn({ 'proofs.ndjson': drop })).toMatch(/line 16: has no proof/);
    expect(await verdictOn({ 'events.ndjson': drop })).toMatch(
      /proofs\.ndjson line 16: has no event/,
    );
    expect(await verdictOn({ 'events.ndjson': drop, 'proofs.ndjson': drop })).toBe(
      'pack.malformed events.ndjson: expected 16 events as the manifest states, received 15',
    );
    expect(await verdictOn({ 'events.ndjson': (lines) => lines.slice(0, -1) })).toMatch(
      /events\.ndjson line 16: does not end/,
    );
  });

  it('names the checkpoint that another key signed or that states another tree', async () => {
    const other = createNoteSigner('log.example/lab/0', generateKeyPairSync('ed25519').privateKey);
    const forge: Change = (lines) =>
      signNote(`${lines.slice(0, 3).join('\n')}\n`, other).split('\n');
    expect(await verdictOn({ 'checkpoints/0.txt': forge })).toBe(
      'pack.proof checkpoints/0.txt (shard 0): no known key signed the note',
    );
    expect(await verdictOn({ 'checkpoints/2.txt': replace(1, /^/, '1') })).toBe(
      'pack.proof checkpoints/2.txt (shard 2): the signature of log.example/lab/2 does not verify',
    );
  });

  it('names the finding that no event holds', async () => {
    const file = 'findings.ndjson';
    expect(await verdictOn({ [file]: replace(0, '"high"', '"low"') })).toMatch(
      /^pack\.malformed findings\.ndjson line 1: is not the finding that the event at shard 0, index 13 holds/,
    );
    expect(await verdictOn({ [file]: (lines) => [...lines.slice(0, 1), ...lines] })).toMatch(
      /line 2: no event holds this finding/,
    );
    expect(await verdictOn({ [file]: () => [''] })).toMatch(
      /line 1: expected the finding of the event at shard 0, index 13/,
    );
  });

  it('names the file that the crate leaves out, and what it has too much', async () => {
    const crate = 'ro-crate-metadata.json';
    expect(await verdictOn({ [crate]: replace(0, '{"@id":"findings.ndjson"},', '') })).toBe(
      `pack.malformed ${crate}: does not name findings.ndjson`,
    );
    const stray = replace(0, '"hasPart":[', '"hasPart":[{"@id":"x.txt"},');
    expect(await verdictOn({ [crate]: stray })).toBe(
      `pack.malformed ${crate}: names "x.txt", which is not in the pack`,
    );
  });

  it('names the finding whose evidence is another event than it says', async () => {
    await inDirectory(async (directory) => {
      const { ledger, signer, vkey } = await createSampleLedger(2);
      const evidence = [{ shard: 0, index: 1, source: 's', id: 'not-push-1', role: 'judged' }];
      const finding = sampleFinding({ word: 'two', occurredAt: SCOPE.from, evidence });
      await ledger.writer(0).append([raised(finding)]);
      const path = join(directory, 'pack.zip');
      await createPack({ ledger, signer, ...SCOPE, path });
      const verified = await verifyPack(path, { vkey });
      expect(verified.ok ? 'ok' : verified.problem.message).toBe(
        'findings.ndjson line 2: its evidence is not what the event at shard 0, index 1 holds',
      );
    });
  });
});

import { generateKeyPairSync } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createNoteSigner } from '../../services/core/note/signed-note.ts';
import { createPack } from '../../services/exports/create-pack.ts';
import { verifyPack } from '../../services/exports/verify-pack.ts';
import { inDirectory, readBytes, unzip, zip } from './pack-files.ts';
import { createSampleLedger, SCOPE } from './sample-ledger.ts';

const REPORT = { html: '<!doctype html><title>r</title>', json: '{"a":1}' };

async function withPack(
  use: (made: {
    readonly path: string;
    readonly directory: string;
    readonly vkey: string;
  }) => Promise<void>,
) {
  await inDirectory(async (directory) => {
    const { ledger, signer, vkey } = await createSampleLedger(12);
    const path = join(directory, 'pack.zip');
    const made = await createPack({ ledger, signer, ...SCOPE, path, report: REPORT });
    expect(made.ok).toBe(true);
    await use({ path, directory, vkey });
  });
}

describe('compliance pack', () => {
  it('is accepted with the key of the log or of a shard, and tells what it holds', async () => {
    await inDirectory(async (directory) => {
      const { ledger, signer, vkey } = await createSampleLedger(40);
      const path = join(directory, 'pack.zip');
      const made = await createPack({ ledger, signer, ...SCOPE, path });
      if (!made.ok) throw new Error(made.problem.message);
      const verified = await verifyPack(path, { vkey });
      if (!verified.ok) throw new Error(verified.problem.message);
      // 40 pushes, 40 builds, the large push, the finding raised later, its alert, and its evidence from before.
      expect(verified.value).toMatchObject({ ...SCOPE, entries: 84, findings: 1, report: false });
      expect(verified.value.shards.map(({ shard, entries }) => [shard, entries])).toEqual([
        [0, 44],
        [2, 40],
      ]);
      expect(made.value.entries).toBe(84);
      expect((await verifyPack(path, { vkey: ledger.verifierKey(2) })).ok).toBe(true);
      const names = (await unzip(path)).map(({ name }) => name);
      expect(names).toEqual([...names].sort());
      expect(names.filter((name) => name.startsWith('bodies/'))).toHaveLength(1);
      expect(await readdir(directory)).toEqual(['pack.zip']);
    });
  });

  it('is accepted with a list of keys when the log’s key was replaced, and with keys of that log alone', async () => {
    await inDirectory(async (directory) => {
      const { ledger, signer: former } = await createSampleLedger(6);
      const { privateKey } = generateKeyPairSync('ed25519');
      const signer = createNoteSigner(former.name, privateKey);
      const stranger = createNoteSigner('log.example/other', privateKey);
      const path = join(directory, 'pack.zip');
      expect((await createPack({ ledger, signer, ...SCOPE, path })).ok).toBe(true);
      const verdict = async (...keys: readonly { readonly verifierKey: string }[]) => {
        const vkey = keys.map(({ verifierKey }) => verifierKey).join('\n');
        const verified = await verifyPack(path, { vkey });
        return verified.ok ? 'ok' : verified.problem.code;
      };
      expect(await verdict(former, signer)).toBe('ok');
      expect(await verdict(signer)).toBe('pack.proof');
      expect(await verdict(former)).toBe('pack.signature');
      expect(await verdict(former, stranger)).toBe('pack.signature');
    });
  });

  it('has the same bytes when it is made again, also after the ledger has grown', async () => {
    await inDirectory(async (directory) => {
      const { ledger, signer } = await createSampleLedger(30);
      const make = async (name: string) => {
        const path = join(directory, name);
        const made = await createPack({ ledger, signer, ...SCOPE, path, report: REPORT });
        return made.ok ? { digest: made.value.digest, bytes: await readBytes(path) } : undefined;
      };
      const first = await make('a.zip');
      const second = await make('b.zip');
      const { pushed } = await import('../fakes/sample-events.ts');
      await ledger.writer(0).append([pushed({ id: 'later', time: '2026-05-01T00:00:00Z' })]);
      const third = await make('c.zip');
      expect(first?.bytes.equals(second?.bytes ?? Buffer.of())).toBe(true);
      expect(third?.digest).toBe(first?.digest);
    });
  });

  it('holds the leaves byte for byte', async () => {
    await inDirectory(async (directory) => {
      const { ledger, signer } = await createSampleLedger(5);
      const path = join(directory, 'pack.zip');
      await createPack({ ledger, signer, ...SCOPE, path });
      const files = new Map((await unzip(path)).map(({ name, bytes }) => [name, bytes]));
      const lines = files.get('events.ndjson')?.toString().trimEnd().split('\n') ?? [];
      const proofs = files.get('proofs.ndjson')?.toString().trimEnd().split('\n') ?? [];
      expect(lines).toHaveLength(proofs.length);
      for (const [at, line] of lines.entries()) {
        const { shard, index } = JSON.parse(proofs[at] ?? '');
        const entry = await ledger.entry(shard, index);
        expect(line).toBe(Buffer.from(entry?.leaf ?? []).toString());
      }
    });
  });

  it('refuses a period without events or that ends before it begins, and leaves nothing behind', async () => {
    await inDirectory(async (directory) => {
      const { ledger, signer } = await createSampleLedger(2);
      const path = join(directory, 'pack.zip');
      const make = (scope: { project: string; from: string; to: string }) =>
        createPack({ ledger, signer, ...scope, path });
      const nobody = await make({ ...SCOPE, project: 'nobody' });
      const reversed = await make({ ...SCOPE, to: SCOPE.from });
      const wrong = await make({ ...SCOPE, to: 'tomorrow' });
      const codes = [nobody, reversed, wrong].map((made) => (made.ok ? 'ok' : made.problem.code));
      expect(codes).toEqual(['export.empty', 'audit.period', 'audit.period']);
      expect(await readdir(directory)).toEqual([]);
    });
  });

  it('is not made from a ledger that contradicts its checkpoint', async () => {
    await inDirectory(async (directory) => {
      const { ledger, signer } = await createSampleLedger(4);
      const entry = await ledger.entry(0, 1);
      const forged = Buffer.from(entry?.leaf ?? [])
        .toString()
        .replace('alice', 'mallory');
      ledger.faults.replaceLeaf(0, 1, Buffer.from(forged));
      const path = join(directory, 'pack.zip');
      await expect(createPack({ ledger, signer, ...SCOPE, path })).rejects.toThrow(
        /entry 1 of shard 0/,
      );
      expect(await readdir(directory)).toEqual([]);
    });
  });

  it('names the file in which one byte was flipped', async () => {
    await withPack(async ({ path, directory, vkey }) => {
      const files = await unzip(path);
      for (const [at, file] of files.entries()) {
        for (const place of [0, Math.floor(file.bytes.length / 2), file.bytes.length - 1]) {
          const bytes = Buffer.from(file.bytes);
          bytes[place] = (bytes[place] ?? 0) ^ 1;
          const spoilt = files.with(at, { name: file.name, bytes });
          const verified = await verifyPack(await zip(join(directory, 'x.zip'), spoilt), { vkey });
          expect(verified.ok, `${file.name} byte ${place}`).toBe(false);
          if (!verified.ok) expect(verified.problem.message).toContain(file.name);
        }
      }
    });
  });

  it('names the file that was taken away, added, repeated or moved', async () => {
    await withPack(async ({ path, directory, vkey }) => {
      const files = await unzip(path);
      const codeOf = async (changed: typeof files) => {
        const verified = await verifyPack(await zip(join(directory, 'x.zip'), changed), { vkey });
        return verified.ok ? 'ok' : `${verified.problem.code} ${verified.problem.at}`;
      };
      expect(await codeOf(files)).toBe('ok');
      for (const [at, { name }] of files.entries()) {
        expect(await codeOf(files.toSpliced(at, 1))).toBe(`pack.missing-file ${name}`);
      }
      const bytes = Buffer.from('x');
      expect(await codeOf([{ name: 'AUTHORS', bytes }, ...files])).toBe(
        'pack.unexpected-file "AUTHORS"',
      );
      const body = { name: `bodies/sha256-${'0'.repeat(64)}.json`, bytes };
      expect(await codeOf(files.toSpliced(1, 0, body))).toBe(`pack.unexpected-file ${body.name}`);
      const [first, second] = files;
      if (first === undefined || second === undefined) throw new Error('no files');
      expect(await codeOf(files.toSpliced(0, 2, second, first))).toBe(
        `pack.malformed ${first.name}`,
      );
      expect(await codeOf(files.toSpliced(1, 0, first))).toMatch(/^pack\.malformed/);
    });
  });

  it('is refused with another key, and with the same key under another name', async () => {
    await withPack(async ({ path, vkey }) => {
      const other = createNoteSigner('log.example/lab', generateKeyPairSync('ed25519').privateKey);
      const wrong = await verifyPack(path, { vkey: other.verifierKey });
      expect(wrong.ok ? 'ok' : wrong.problem.code).toBe('pack.signature');
      const garbage = await verifyPack(path, { vkey: vkey.replace('lab', 'lob') });
      expect(garbage.ok ? 'ok' : garbage.problem.code).toBe('note.malformed');
    });
  });

  it('is refused at every truncation and with bytes put in front, behind or in between', async () => {
    await withPack(async ({ path, directory, vkey }) => {
      const bytes = await readBytes(path);
      const broken = join(directory, 'x.zip');
      const accepts = async (changed: Buffer) => {
        await writeFile(broken, changed);
        const verified = await verifyPack(broken, { vkey });
        return verified.ok;
      };
      expect(await accepts(bytes)).toBe(true);
      for (let length = 0; length < bytes.length; length += 211) {
        expect(await accepts(bytes.subarray(0, length)), `${length} bytes`).toBe(false);
      }
      expect(await accepts(Buffer.concat([Buffer.from('MZ'), bytes]))).toBe(false);
      expect(await accepts(Buffer.concat([bytes, Buffer.from('tail')]))).toBe(false);
    });
  });

  it('refuses a bomb before it unpacks, too many files, and names that lead out', async () => {
    await inDirectory(async (directory) => {
      const { vkey } = await createSampleLedger(1);
      const path = join(directory, 'x.zip');
      const messageOf = async (files: Parameters<typeof zip>[1], limits?: { files: number }) => {
        const { PACK_LIMITS } = await import('../../services/exports/pack-format.ts');
        await zip(path, files);
        const verified = await verifyPack(path, { vkey, limits: { ...PACK_LIMITS, ...limits } });
        return verified.ok ? 'ok' : `${verified.problem.code} ${verified.problem.message}`;
      };
      const bomb = Buffer.alloc(64 * 1024 * 1024);
      expect(await messageOf([{ name: 'README.txt', bytes: bomb }])).toMatch(
        /^pack\.malformed README\.txt: claims to unpack to 67108864 from \d+ bytes/,
      );
      const bytes = Buffer.from('x');
      const two = ['README.txt', 'events.ndjson'].map((name) => ({ name, bytes }));
      expect(await messageOf(two, { files: 1 })).toMatch(/more than 1 files/);
      await zip(path, [{ name: 'aa/README.txt', bytes }]);
      const outside = (await readBytes(path)).toString('latin1').replaceAll('aa/', '../');
      await writeFile(path, outside, 'latin1');
      const verified = await verifyPack(path, { vkey });
      expect(verified.ok ? 'ok' : verified.problem.message).toMatch(/invalid relative path/);
    });
  });
});

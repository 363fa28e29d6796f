import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FatalError } from '../../services/core/errors.ts';
import { createNoteSigner } from '../../services/core/note/signed-note.ts';
import { insertCheckpoint } from '../../services/ledger/clickhouse/checkpoint-rows.ts';
import { signCheckpoint } from '../../services/ledger/sign-checkpoint.ts';
import { collect } from '../contracts/ledger/iterate.ts';
import { pushed } from '../fakes/sample-events.ts';
import { createDirectory, NOW, ORIGIN, openStore, type StoreFixture } from './ledger-fixture.ts';

const directory = createDirectory();
let store: StoreFixture;
beforeAll(async () => {
  store = await openStore({ kind: 'embedded', directory: directory.path, database: 'owners' });
});
afterAll(async () => {
  await store.close();
  directory.remove();
});

describe('two owners of one shard', () => {
  it('do no harm when they write the same entries', async () => {
    const zombie = await store.openWriter(0);
    const owner = await store.openWriter(0);
    const events = Array.from({ length: 300 }, (_, n) => pushed({ id: `same ${n}` }));
    await owner.append(events.slice(0, 100));
    await owner.append(events.slice(100));
    const late = await zombie.append(events);
    expect(late.entries.map((entry) => entry.index)).toEqual(events.map((_, n) => n));
    expect(await store.ledger.size(0)).toBe(300);
    const found = await store.ledger.search({ shard: 0, order: 'oldest', limit: 1000 });
    expect(found.entries).toHaveLength(300);
    const checked = await collect(store.ledger.fsck({ shard: 0 }));
    expect(checked.filter((event) => event.kind === 'problem')).toEqual([]);
    expect((await store.openWriter(0)).size()).toBe(300);
  });

  it('stop as soon as they wrote different entries, and so does everybody after them', async () => {
    const zombie = await store.openWriter(1);
    const owner = await store.openWriter(1);
    await owner.append([pushed({ id: 'mine' })]);
    const fork = await zombie.append([pushed({ id: 'yours' })]).catch((error: unknown) => error);
    expect(fork).toBeInstanceOf(FatalError);
    expect(fork).toMatchObject({ code: 'ledger.fork' });
    await expect(store.openWriter(1)).rejects.toMatchObject({ code: 'ledger.fork' });
    const checked = await collect(store.ledger.fsck({ shard: 1 }));
    expect(checked[0]).toMatchObject({ index: 0, problem: { code: 'ledger.fork' } });
  });

  it('are found out when they signed two roots for one size', async () => {
    const writer = await store.openWriter(2);
    await writer.append([pushed({ id: 'one' })]);
    const tree = { shard: 2, size: 1, root: new Uint8Array(32).fill(7) };
    const other = signCheckpoint(store.signer, ORIGIN, tree, NOW);
    await insertCheckpoint(store.clickHouse, other);
    await expect(store.openWriter(2)).rejects.toMatchObject({ code: 'ledger.fork' });
  });
});

describe('a signing key that was replaced', () => {
  const signerOf = (name: string) =>
    createNoteSigner(name, generateKeyPairSync('ed25519').privateKey);

  it('is gone on from when the one before is listed, and from nothing that another key signed', async () => {
    const { clickHouse, signer: former, openWriterOn } = store;
    const signer = signerOf(ORIGIN);
    await (await store.openWriter(8)).append([pushed({ id: 'before' })]);
    const refused = openWriterOn(clickHouse, 8, { signer, verifierKeys: [signer.verifierKey] });
    await expect(refused).rejects.toBeInstanceOf(FatalError);
    await expect(refused).rejects.toMatchObject({ code: 'key.unknown' });
    const words = ['shard 8', `${former.name}+${former.keyId}`, 'add', 'former-keys.txt'];
    for (const word of words) await expect(refused).rejects.toThrow(word);
    const verifierKeys = [signer.verifierKey, former.verifierKey];
    const writer = await openWriterOn(clickHouse, 8, { signer, verifierKeys });
    await writer.append([pushed({ id: 'after' })]);
    expect((await openWriterOn(clickHouse, 8, { signer, verifierKeys })).size()).toBe(2);
    // The old key is not gone on with beside the new one either.
    await expect(store.openWriter(8)).rejects.toMatchObject({ code: 'key.unknown' });
  });

  it('does not make a checkpoint of another log one of this', async () => {
    const stranger = signerOf('other.example/ledger');
    await (await store.openWriter(9)).append([pushed({ id: 'one' })]);
    const [real] = await store.ledger.checkpoints(9, { limit: 1 });
    if (real === undefined) throw new Error('no checkpoint');
    const tree = { shard: 10, size: 1, root: real.root };
    await store.clickHouse.command(
      `INSERT INTO entries SELECT * REPLACE (10 AS shard) FROM (SELECT * FROM entries WHERE shard = 9)`,
    );
    const note = signCheckpoint(stranger, 'other.example/ledger', tree, NOW);
    await insertCheckpoint(store.clickHouse, note);
    const verifierKeys = [store.signer.verifierKey, stranger.verifierKey];
    const keys = { signer: store.signer, verifierKeys };
    await expect(store.openWriterOn(store.clickHouse, 10, keys)).rejects.toMatchObject({
      code: 'ledger.checkpoint-mismatch',
    });
  });
});

describe('recovery', () => {
  it('refuses a shard that lost a signed entry', async () => {
    const tree = { shard: 3, size: 2, root: new Uint8Array(32).fill(7) };
    await insertCheckpoint(store.clickHouse, signCheckpoint(store.signer, ORIGIN, tree, NOW));
    await expect(store.openWriter(3)).rejects.toMatchObject({ code: 'ledger.not-dense' });
  });

  it('refuses a shard whose entries do not give the signed root', async () => {
    const writer = await store.openWriter(4);
    await writer.append([pushed({ id: 'one' }), pushed({ id: 'two' })]);
    await store.clickHouse.command(
      `INSERT INTO entries SELECT * REPLACE (5 AS shard) FROM (SELECT * FROM entries WHERE shard = 4)`,
    );
    const tree = { shard: 5, size: 2, root: new Uint8Array(32).fill(7) };
    await insertCheckpoint(store.clickHouse, signCheckpoint(store.signer, ORIGIN, tree, NOW));
    await expect(store.openWriter(5)).rejects.toMatchObject({ code: 'ledger.checkpoint-mismatch' });
  });

  it('refuses to sign a leaf that does not have its hash', async () => {
    await store.clickHouse.command(
      `INSERT INTO entries SELECT * REPLACE (6 AS shard, concat(leaf, ' ') AS leaf) FROM (SELECT * FROM entries WHERE shard = 4)`,
    );
    await expect(store.openWriter(6)).rejects.toMatchObject({ code: 'ledger.leaf-mismatch' });
  });

  it('does not believe a note that the columns of its checkpoint contradict', async () => {
    const [real] = await store.ledger.checkpoints(4, { limit: 1 });
    if (real === undefined) throw new Error('no checkpoint');
    await store.clickHouse.command(
      `INSERT INTO entries SELECT * REPLACE (7 AS shard) FROM (SELECT * FROM entries WHERE shard = 4)`,
    );
    await insertCheckpoint(store.clickHouse, { ...real, shard: 7 });
    await expect(store.openWriter(7)).rejects.toMatchObject({ code: 'ledger.checkpoint-mismatch' });
  });
});

import { generateKeyPairSync } from 'node:crypto';
import { chmod, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openNote, signNote } from '../../services/core/note/signed-note.ts';
import { parseVerifierKey } from '../../services/core/note/verifier-key.ts';
import { openSigningKey } from '../../services/ledger/signing-key.ts';
import { createDirectory } from './ledger-fixture.ts';

const directory = createDirectory();
afterAll(directory.remove);
const fileAt = (name: string) => join(directory.path, name);

describe('the signing key', () => {
  it('is created once, for its owner only, and signs what its verifier key verifies', async () => {
    const path = fileAt('new/key.pem');
    const key = await openSigningKey(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const again = await openSigningKey(path);
    expect(again.verifierKey('a.example/0')).toBe(key.verifierKey('a.example/0'));
    const known = parseVerifierKey(key.verifierKey('a.example/0'));
    if (!known.ok) throw new Error(known.problem.message);
    const note = signNote('text\n', again.signer('a.example/0'));
    expect(openNote(note, [known.value]).ok).toBe(true);
  });

  it('is the same for processes that start together', async () => {
    const path = fileAt('together/key.pem');
    const keys = await Promise.all(Array.from({ length: 8 }, () => openSigningKey(path)));
    expect(new Set(keys.map((key) => key.verifierKey('n'))).size).toBe(1);
    expect(await readdir(fileAt('together'))).toEqual(['key.pem']);
  });

  it('is not made below a path that is not there, as when its volume is not mounted', async () => {
    const path = fileAt('no/such/key.pem');
    await expect(openSigningKey(path)).rejects.toMatchObject({ code: 'key.unreadable' });
  });

  it('is refused when group or others may read it', async () => {
    const path = fileAt('open.pem');
    await openSigningKey(path);
    for (const mode of [0o640, 0o604, 0o660]) {
      await chmod(path, mode);
      await expect(openSigningKey(path)).rejects.toMatchObject({ code: 'key.permissions' });
    }
  });

  it('is refused when it is not an Ed25519 key, without quoting the file', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const pem = rsa.export({ type: 'pkcs8', format: 'pem' });
    for (const [name, text] of [
      ['rsa.pem', pem],
      ['text.pem', 'precious words'],
    ] as const) {
      await writeFile(fileAt(name), text, { mode: 0o600 });
      const failure = await openSigningKey(fileAt(name)).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'key.unreadable' });
      expect(String(failure)).not.toContain('precious');
    }
  });
});

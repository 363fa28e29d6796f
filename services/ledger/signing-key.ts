import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ProvostError } from '../core/errors.ts';
import { createNoteSigner, type NoteSigner } from '../core/note/signed-note.ts';

/** The ledger's Ed25519 key; it signs under a name, and stays in the closure. */
export type SigningKey = {
  readonly signer: (name: string) => NoteSigner;
  /** What others verify notes of this name with: `name+id+base64`. */
  readonly verifierKey: (name: string) => string;
};

const READABLE_BY_OTHERS = 0o077;

/**
 * Reads the key (PKCS#8 PEM), or creates it on the first start, readable by its owner only. Two processes that start
 * together get the same key, and a crash leaves either none or a whole one. Rejects with `key.permissions` when
 * group or others may read the file, and with `key.unreadable` when it is not an Ed25519 key.
 */
export async function openSigningKey(path: string): Promise<SigningKey> {
  const key = (await readKey(path)) ?? (await createKey(path));
  return {
    signer: (name) => createNoteSigner(name, key),
    verifierKey: (name) => createNoteSigner(name, key).verifierKey,
  };
}

async function readKey(path: string): Promise<KeyObject | undefined> {
  let pem: string;
  try {
    const { mode } = await stat(path);
    if ((mode & READABLE_BY_OTHERS) !== 0) {
      const found = (mode & 0o777).toString(8);
      throw new ProvostError(
        'key.permissions',
        `expected ${path} to be readable by its owner only (0600), found 0${found}`,
      );
    }
    pem = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof ProvostError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ProvostError('key.unreadable', `cannot read ${path}`, { cause: error });
  }
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // The parser's message may quote the file.
  }
  throw new ProvostError('key.unreadable', `expected an Ed25519 key as PKCS#8 PEM in ${path}`);
}

async function createKey(path: string): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await makeFolder(dirname(path));
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(pem);
      await file.sync();
    } finally {
      await file.close();
    }
    // Unlike a rename, a link never replaces a key that another process made meanwhile.
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
  const key = await readKey(path);
  if (key === undefined) throw new ProvostError('key.unreadable', `${path} disappeared`);
  return key;
}

/** One folder and not its parents: a key below a path that is not there (a volume not mounted) is no new key. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    throw new ProvostError(
      'key.unreadable',
      `cannot make the folder of the key, ${path} (${code})`,
      {
        cause,
      },
    );
  }
}

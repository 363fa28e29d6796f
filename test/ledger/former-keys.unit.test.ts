import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { toRawPublicKey } from '../../services/core/note/ed25519.ts';
import { COSIGNATURE, formatVerifierKey } from '../../services/core/note/verifier-key.ts';
import {
  formerKeysFile,
  listVerifierKeys,
  missingKeys,
} from '../../services/ledger/former-keys.ts';

const ORIGIN = 'log.example/a';
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const publicKey = () => toRawPublicKey(generateKeyPairSync('ed25519').publicKey);
const [present, former] = [publicKey(), publicKey()];

/** What is believed where the list of former keys has these lines. */
function listed(...lines: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'provost-former-'));
  folders.push(folder);
  const signingKeyFile = join(folder, 'key.pem');
  if (lines.length > 0) writeFileSync(formerKeysFile(signingKeyFile), lines.join('\n'));
  const current = (name: string) => formatVerifierKey(name, present);
  return listVerifierKeys({
    origin: ORIGIN,
    names: [ORIGIN, `${ORIGIN}/0`],
    signingKeyFile,
    current,
  });
}

describe('the keys that are believed', () => {
  const current = [ORIGIN, `${ORIGIN}/0`].map((name) => formatVerifierKey(name, present));
  const before = [ORIGIN, `${ORIGIN}/0`].map((name) => formatVerifierKey(name, former));

  it('are the current one alone where nobody wrote down another', async () => {
    expect(await listed()).toEqual(current);
  });

  it('are under all names of the log those that were written down under one', async () => {
    const line = formatVerifierKey(`${ORIGIN}/7`, former);
    expect(await listed('# until March', '', line, line)).toEqual([...current, ...before]);
  });

  it.each([
    ['of another log', formatVerifierKey('log.example/ab', former)],
    ['of a witness', formatVerifierKey(ORIGIN, former, COSIGNATURE)],
    ['that is none', 'hello'],
  ])('are no list with a key %s', async (_name, line) => {
    await expect(listed(...before, line)).rejects.toMatchObject({ code: 'key.unreadable' });
  });

  it('miss the one of the last start that nobody wrote down', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'provost-former-'));
    folders.push(folder);
    const earlier = join(folder, 'verifier-keys.txt');
    expect(await missingKeys(earlier, ORIGIN, current)).toEqual([]);
    writeFileSync(earlier, before.join('\n'));
    expect(await missingKeys(earlier, ORIGIN, current)).toEqual([before[0]]);
    expect(await missingKeys(earlier, ORIGIN, [...current, ...before])).toEqual([]);
  });
});

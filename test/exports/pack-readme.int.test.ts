import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createNoteSigner } from '../../services/core/note/signed-note.ts';
import { createPack } from '../../services/exports/create-pack.ts';
import { packReadme } from '../../services/exports/pack-readme.ts';
import { inDirectory, unzip } from './pack-files.ts';
import { createSampleLedger, SCOPE } from './sample-ledger.ts';

const run = promisify(execFile);

/** The shell lines of the section on the signature. */
function commandsOf(readme: string): string {
  const section = readme.slice(readme.indexOf('2. Signature'), readme.indexOf('3. Checkpoints'));
  const lines = section.split('\n').filter((line) => line.startsWith('       '));
  return lines.map((line) => line.trim()).join('\n');
}

async function toolsAreThere(): Promise<boolean> {
  try {
    await run('bash', ['-c', 'command -v openssl xxd sha256sum awk base64']);
    return true;
  } catch {
    return false;
  }
}

describe('README of a pack', () => {
  it('has commands that verify the signature, and fail on another manifest', async (context) => {
    if (!(await toolsAreThere())) {
      console.info('skipped: openssl, xxd or coreutils are not there');
      return context.skip('openssl, xxd or coreutils are not there');
    }
    await inDirectory(async (directory) => {
      const { ledger, signer } = await createSampleLedger(3);
      const path = join(directory, 'pack.zip');
      await createPack({ ledger, signer, ...SCOPE, path });
      for (const { name, bytes } of await unzip(path)) {
        await mkdir(dirname(join(directory, name)), { recursive: true });
        await writeFile(join(directory, name), bytes);
      }
      const commands = commandsOf(await readFile(join(directory, 'README.txt'), 'utf8'));
      const { stdout } = await run('bash', ['-ec', commands], { cwd: directory });
      const digest = /^([0-9a-f]{64}) {2}manifest\.json$/m.exec(stdout)?.[1];
      expect(await readFile(join(directory, 'text'), 'utf8')).toContain(`sha256:${digest}\n`);
      expect(stdout).toContain('Signature Verified Successfully');
      const signature = await readFile(join(directory, 'manifest.sig'), 'utf8');
      await writeFile(join(directory, 'manifest.sig'), signature.replace('sha256:', 'sha256;'));
      await expect(run('bash', ['-ec', commands], { cwd: directory })).rejects.toThrow();
    });
  });

  it('takes the key apart rightly, whatever its base64 holds', () => {
    for (let n = 0; n < 200; n++) {
      const { privateKey } = generateKeyPairSync('ed25519');
      const { verifierKey } = createNoteSigner('log.example', privateKey);
      const readme = packReadme({ scope: SCOPE, verifierKey, entries: 1, findings: 0 });
      const printed = /printf '%s' '([^']+)'/.exec(readme)?.[1] ?? '';
      expect(Buffer.from(printed, 'base64')).toHaveLength(33);
    }
  });

  it('shows a terminal nothing that it could act on', () => {
    const { verifierKey } = createNoteSigner('log', generateKeyPairSync('ed25519').privateKey);
    const scope = { ...SCOPE, project: 'lab\u001b[2J\u202e' };
    const readme = packReadme({ scope, verifierKey, entries: 1, findings: 0 });
    expect(readme).not.toMatch(/[^\n\x20-\x7e]/);
  });
});

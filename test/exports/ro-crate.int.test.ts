import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createPack } from '../../services/exports/create-pack.ts';
import { inDirectory, unzip } from './pack-files.ts';
import { createSampleLedger, SCOPE } from './sample-ledger.ts';

const run = promisify(execFile);

/** The validator given by PROVOST_ROCRATE_VALIDATOR, or one installed into a throw-away environment. */
async function findValidator(directory: string): Promise<string | undefined> {
  const given = process.env['PROVOST_ROCRATE_VALIDATOR'];
  if (given !== undefined) return existsSync(given) ? given : undefined;
  const environment = join(directory, 'venv');
  try {
    await run('python3', ['-m', 'venv', environment]);
    const pip = join(environment, 'bin', 'pip');
    await run(pip, ['install', '--quiet', 'roc-validator==0.13.*'], { timeout: 150_000 });
  } catch {
    return undefined;
  }
  return join(environment, 'bin', 'rocrate-validator');
}

/** The validator reads the context from its own address at each run. */
async function isContextReachable(): Promise<boolean> {
  try {
    return (
      await fetch('https://w3id.org/ro/crate/1.2/context', { signal: AbortSignal.timeout(10_000) })
    ).ok;
  } catch {
    return false;
  }
}

describe('RO-Crate of a pack', () => {
  it('is valid RO-Crate 1.2 for the validator of its community', async (context) => {
    if (!(await isContextReachable())) {
      console.info(
        'skipped: the RO-Crate context (w3id.org) cannot be read here, and the validator needs it',
      );
      return context.skip('the RO-Crate context cannot be read here');
    }
    await inDirectory(async (directory) => {
      const validator = await findValidator(directory);
      if (validator === undefined) {
        console.info('skipped: roc-validator cannot be installed here (python3, PyPI)');
        return context.skip('roc-validator cannot be installed here');
      }
      const { ledger, signer } = await createSampleLedger(5);
      const path = join(directory, 'pack.zip');
      const report = { html: '<!doctype html><title>r</title>', json: '{}' };
      const made = await createPack({ ledger, signer, ...SCOPE, path, report });
      expect(made.ok).toBe(true);
      const crate = join(directory, 'crate');
      for (const { name, bytes } of await unzip(path)) {
        await mkdir(dirname(join(crate, name)), { recursive: true });
        await writeFile(join(crate, name), bytes);
      }
      const flags = ['-y', '--disable-color', 'validate', '--no-paging', '--no-auto-profile'];
      const args = [...flags, '-p', 'ro-crate-1.2', '-l', 'required', crate];
      const output = await run(validator, args, { timeout: 120_000 }).then(
        ({ stdout }) => stdout,
        (error: { readonly stdout?: string }) => `FAILED ${error.stdout ?? ''}`,
      );
      expect(output).toMatch(/RO-Crate is (?:a )?valid/);
    });
  }, 300_000);
});

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { createPack } from '../../services/exports/create-pack.ts';
import { type CrateValidator, findCrateValidator } from '../support/ro-crate-validator.ts';
import { inDirectory, unzip } from './pack-files.ts';
import { createSampleLedger, SCOPE } from './sample-ledger.ts';

const METADATA = 'ro-crate-metadata.json';

type Crate = {
  readonly '@context': readonly [string, Record<string, string>];
  readonly '@graph': readonly Record<string, unknown>[];
};

describe('the RO-Crate of a pack, for the validator of its community', { timeout: 300_000 }, () => {
  let validator: CrateValidator | string;

  beforeAll(async () => {
    validator = await findCrateValidator();
  }, 600_000);

  it('is valid RO-Crate 1.2', async (context) => {
    const validate = needValidator(context);
    await inDirectory(async (directory) => {
      const crate = await unpackSample(directory);
      expect(await validate(crate)).toEqual({ passed: true, issues: [] });
    });
  });

  it('is not valid without a licence, or with a term that nothing defines', async (context) => {
    const validate = needValidator(context);
    await inDirectory(async (directory) => {
      const crate = await unpackSample(directory);
      const path = join(crate, METADATA);
      const damaged: Crate = JSON.parse(await readFile(path, 'utf8'));
      delete damaged['@graph'].find((entity) => entity['@id'] === './')?.['license'];
      delete damaged['@context'][1]['imageDigest'];
      await writeFile(path, JSON.stringify(damaged));
      const { passed, issues } = await validate(crate);
      expect(passed).toBe(false);
      expect(issues).toEqual([
        expect.stringContaining('"imageDigest"'),
        expect.stringContaining('`license`'),
      ]);
    });
  });

  function needValidator(context: TestContext): CrateValidator {
    return typeof validator === 'string' ? context.skip(validator) : validator;
  }
});

async function unpackSample(directory: string): Promise<string> {
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
  return crate;
}

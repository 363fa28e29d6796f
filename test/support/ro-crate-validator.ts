import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cachedDirectory } from './cached-directory.ts';

const run = promisify(execFile);
const VALIDATOR = 'roc-validator==0.13.0';
const CONTEXT = { package: 'ro-crate@3.7.2', file: 'package/lib/context.json' };
const PROFILE = 'ro-crate-1.2';
const PATIENCE = { timeout: 300_000 };

/** What the validator says of a crate: the messages of the requirements that it breaks. */
type CrateVerdict = { readonly passed: boolean; readonly issues: readonly string[] };
export type CrateValidator = (crate: string) => Promise<CrateVerdict>;

/**
 * The RO-Crate community's own validator, from PyPI. It reads the crate's JSON-LD context from w3id.org; here it runs
 * offline, with that document in its HTTP cache, as the `ro-crate` package on npm carries it. A string says why there
 * is no validator; with `PROVOST_REQUIRE_ALL=1` that is an error instead.
 */
export async function findCrateValidator(): Promise<CrateValidator | string> {
  try {
    const directory = await cachedDirectory(VALIDATOR.replace('==', '-'), install);
    return (crate) => validate(directory, crate);
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    const reason = `the RO-Crate validator cannot be had here (python3, PyPI, npm): ${why}`;
    if (process.env['PROVOST_REQUIRE_ALL'] === '1') throw new Error(reason);
    console.warn(`skipped: ${reason}`);
    return reason;
  }
}

async function install(directory: string): Promise<void> {
  await run('python3', ['-m', 'venv', join(directory, 'venv')], PATIENCE);
  const pip = ['-m', 'pip', 'install', '--quiet', VALIDATOR];
  await run(python(directory), pip, PATIENCE);
  const pack = ['pack', '--silent', '--pack-destination', directory, CONTEXT.package];
  const { stdout } = await run('npm', pack, { ...PATIENCE, cwd: directory });
  const extract = ['-xzf', stdout.trim(), '--strip-components=2', CONTEXT.file];
  await run('tar', extract, { cwd: directory });
  await writeFile(join(directory, 'fill-cache.py'), FILL_CACHE);
  await run(python(directory), ['fill-cache.py'], { cwd: directory });
}

async function validate(directory: string, crate: string): Promise<CrateVerdict> {
  const report = `${crate}.validation.json`;
  const program = 'from rocrate_validator.cli import cli; cli()';
  const flags = ['--offline', '--cache-path', join(directory, 'http'), '--no-paging'];
  const profile = ['--profile-identifier', PROFILE, '--no-auto-profile', '-l', 'required'];
  const output = ['--output-format', 'json', '--output-file', report];
  const args = ['-c', program, '-y', 'validate', ...flags, ...profile, ...output, crate];
  // It ends with 1 for a crate that is not valid; what it cannot do at all leaves no report.
  await run(python(directory), args, PATIENCE).catch(() => {});
  return parseVerdict(await readFile(report, 'utf8'));
}

function parseVerdict(text: string): CrateVerdict {
  const { passed, issues } = JSON.parse(text) as {
    readonly passed: boolean;
    readonly issues: readonly { readonly message: string }[];
  };
  return { passed, issues: issues.map(({ message }) => message) };
}

function python(directory: string): string {
  return join(directory, 'venv', 'bin', 'python');
}

/** Puts the context under the address by which the validator asks for it. */
const FILL_CACHE = `import json
from requests_cache import CachedRequest, CachedResponse, CachedSession

with open('context.json', 'rb') as file:
    content = file.read()
url = json.loads(content)['@id']
headers = {'Content-Type': 'application/ld+json'}
request = CachedRequest(method='GET', url=url)
response = CachedResponse(content=content, status_code=200, url=url, headers=headers, request=request)
CachedSession('http').cache.save_response(response)
`;

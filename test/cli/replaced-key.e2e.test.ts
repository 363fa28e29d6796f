import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { demoMonth } from '../../services/cli/demo/month.ts';
import { jsonLines, runProvost } from '../support/run-provost.ts';

const directory = mkdtempSync(join(tmpdir(), 'provost-replaced-key-'));
const file = (name: string) => join(directory, name);
const data = file('data');
const keys = join(data, 'verifier-keys.txt');
const PERIOD = ['--project', 'genomics', '--from', '2026-10-01', '--to', '2026-10-31'];
const run = (...args: readonly string[]) => runProvost([...args, '--data', data]);
const verify = (pack: string, list: string) => runProvost(['verify', pack, '--key', list]);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The steps of docs/operations.md, one after the other. */
describe.sequential('a ledger whose signing key is replaced', () => {
  it('announces the new key under the old one, in an entry that has a proof', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(file('next.pem'), pem, { mode: 0o600 });
    const doctor = await runProvost(['doctor', '--data', data, '--json'], {
      PROVOST_SIGNING_KEY_FILE: file('next.pem'),
    });
    const next = jsonLines<{ check: string; detail: string }>(doctor.stdout).find(
      ({ check }) => check === 'signing key',
    )?.detail;
    const events = demoMonth().slice(0, 60);
    const announcement = {
      specversion: '1.0',
      id: 'ledger-key-2',
      source: 'urn:operator',
      type: 'key.rotated',
      time: '2026-10-31T00:00:00Z',
      data: { system: 'provost ledger', keyId: next },
    };
    const lines = [...events, announcement].map((event) => JSON.stringify(event));
    writeFileSync(file('events.ndjson'), lines.join('\n'));
    expect((await run('import', file('events.ndjson'))).code).toBe(0);
    const found = await run('entries', '--type', 'key.rotated', '--json');
    const [entry] = jsonLines<{ shard: number; index: number }>(found.stdout);
    expect(found.stdout).toContain(next);
    const proof = file('announced.tlog-proof');
    const made = await run('proof', `${entry?.shard}`, `${entry?.index}`, '--out', proof);
    expect(made.code).toBe(0);
    expect((await run('export', ...PERIOD, '--out', file('old.zip'))).code).toBe(0);
    writeFileSync(file('old-keys.txt'), readFileSync(keys));
  });

  it('says so as long as the former key is not written down', async () => {
    renameSync(join(data, 'signing-key.pem'), file('offline.pem'));
    renameSync(file('next.pem'), join(data, 'signing-key.pem'));
    const { code, stdout, stderr } = await run('fsck', '--json');
    expect(code).toBe(1);
    expect(stdout).toContain('no known key signed the note');
    expect(stderr).toContain('former-keys.txt');
  });

  it('takes nothing in on top of what a key signed that nobody has written down', async () => {
    const { code, stderr } = await run('import', file('events.ndjson'));
    expect(stderr).toMatch(/shard 0: .+\+[0-9a-f]{8}, which is neither .+ former-keys\.txt/);
    expect(stderr).toContain('(key.unknown)');
    expect(code).toBe(2);
  });

  it('is whole once it is, and what each key signed verifies with one list', async () => {
    const former = `# until 2026-10-31\n${readFileSync(file('old-keys.txt'), 'utf8')}`;
    writeFileSync(join(data, 'former-keys.txt'), former);
    const { code, stdout, stderr } = await run('fsck', '--json');
    expect(jsonLines(stdout).at(-1)).toMatchObject({ kind: 'summary', problems: 0 });
    expect(stderr).not.toContain('former-keys.txt');
    expect(code).toBe(0);
    expect((await run('export', ...PERIOD, '--out', file('new.zip'))).code).toBe(0);
    const proof = file('announced.tlog-proof');
    const proven = ['verify-proof', proof, `${proof}.json`, '--key'];
    expect((await runProvost([...proven, keys])).code).toBe(0);
    expect((await runProvost([...proven, file('old-keys.txt')])).code).toBe(0);
    expect((await verify(file('old.zip'), keys)).code).toBe(0);
    expect((await verify(file('new.zip'), keys)).code).toBe(0);
    expect((await verify(file('new.zip'), file('old-keys.txt'))).code).toBe(1);
  });

  it('refuses a list that has something else in it', async () => {
    const secret = readFileSync(file('offline.pem'), 'utf8');
    writeFileSync(join(data, 'former-keys.txt'), secret);
    const { code, stderr } = await run('status');
    expect(code).toBe(2);
    expect(stderr).toContain('(key.unreadable)');
    expect(stderr).not.toContain(secret.split('\n')[1]);
  });
});

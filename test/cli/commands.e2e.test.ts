import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { demoMonth } from '../../services/cli/demo/month.ts';
import { createNoteSigner } from '../../services/core/note/signed-note.ts';
import { jsonLines, runProvost } from '../support/run-provost.ts';

const EVENTS = 200;
const directory = mkdtempSync(join(tmpdir(), 'provost-cli-'));
const data = join(directory, 'data');
const file = (name: string) => join(directory, name);
const keys = join(data, 'verifier-keys.txt');

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** One story: each command works on what the ones before it left, without a service that runs. */
describe.sequential('the command line on a data directory', () => {
  it('says what to do for a command that is not there', async () => {
    const { code, stderr } = await runProvost(['frobnicate']);
    expect(code).toBe(2);
    expect(stderr).toContain('--help');
  });

  it.each([
    ['status', 2],
    ['serve', 2],
    ['doctor', 1],
  ])('%s says at once that a data directory cannot be', async (command, code) => {
    writeFileSync(file('no-directory'), '');
    const environment = { PROVOST_DATA: join(file('no-directory'), 'data') };
    const refused = await runProvost([command], environment);
    expect(`${refused.stdout}${refused.stderr}`).toContain('cannot be made or written (EEXIST)');
    expect(refused.code).toBe(code);
  });

  it('doctor names a webhook that the guard would refuse', async () => {
    const secret = file('hook.secret');
    writeFileSync(secret, `whsec_${Buffer.alloc(32, 7).toString('base64')}`);
    writeFileSync(
      file('hook.yaml'),
      `channels: [{ name: hook, kind: webhook, url: 'http://127.0.0.1:9/', secretFile: ${secret} }]`,
    );
    const args = ['doctor', '--data', file('hook-data'), '--config', file('hook.yaml'), '--json'];
    const { code, stdout } = await runProvost(args);
    expect(jsonLines<{ ok: boolean }>(stdout).filter(({ ok }) => !ok)).toMatchObject([
      { check: 'webhook', detail: expect.stringContaining('127.0.0.1') },
    ]);
    expect(code).toBe(1);
  });

  it('reads events from standard input', async () => {
    const { code, stdout } = await runProvost(['import', '-', '--data', file('empty-data')]);
    expect(stdout).toBe('0 events accepted, 0 lines refused.\n');
    expect(code).toBe(0);
  });

  it('keeps its exit code when nobody reads its words', async () => {
    const child = spawn(process.execPath, [resolve('dist/services/main.js'), 'schema', 'nope'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.destroy();
    expect(await new Promise((done) => child.once('close', done))).toBe(2);
  });

  it('finds a new directory healthy', async () => {
    const { code, stdout } = await runProvost(['doctor', '--data', data, '--json']);
    expect(jsonLines<{ ok: boolean }>(stdout).filter(({ ok }) => !ok)).toEqual([]);
    expect(code).toBe(0);
  });

  it('imports a file, names the lines that are refused, and takes nothing twice', async () => {
    const lines = demoMonth()
      .slice(0, EVENTS)
      .map((event) => JSON.stringify(event));
    writeFileSync(file('events.ndjson'), [...lines, '{"not":"an event"}', '{broken'].join('\n'));
    const first = await runProvost(['import', file('events.ndjson'), '--data', data, '--json']);
    expect(first.code).toBe(1);
    expect(jsonLines(first.stdout)).toEqual([
      expect.objectContaining({ kind: 'refused', line: EVENTS + 1, code: 'event.envelope' }),
      expect.objectContaining({ kind: 'refused', line: EVENTS + 2, code: 'json.syntax' }),
      { kind: 'summary', lines: EVENTS + 2, accepted: EVENTS, refused: 2 },
    ]);
    await runProvost(['import', file('events.ndjson'), '--data', data]);
    const pulls = await runProvost(['entries', '--data', data, '--json', '--limit', '1000']);
    const ids = jsonLines<{ event: { id: string } }>(pulls.stdout).map(({ event }) => event.id);
    expect(ids.filter((id) => id.startsWith('demo-'))).toHaveLength(EVENTS);
  });

  it('finds the ledger whole', async () => {
    const { code, stdout } = await runProvost(['fsck', '--data', data, '--json']);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ kind: 'summary', problems: 0 });
    expect(code).toBe(0);
  });

  it('writes a proof that is checked with nothing but the proof, the entry and the key', async () => {
    const proof = file('entry.tlog-proof');
    expect((await runProvost(['proof', '0', '7', '--out', proof, '--data', data])).code).toBe(0);
    const checked = await runProvost([
      'verify-proof',
      proof,
      `${proof}.json`,
      '--key',
      keys,
      '--json',
    ]);
    expect(JSON.parse(checked.stdout)).toMatchObject({ ok: true, index: 7 });
    writeFileSync(`${proof}.json`, readFileSync(`${proof}.json`, 'utf8').replace('demo-', 'demo_'));
    const refused = await runProvost([
      'verify-proof',
      proof,
      `${proof}.json`,
      '--key',
      keys,
      '--json',
    ]);
    expect(JSON.parse(refused.stdout)).toMatchObject({ ok: false, code: 'proof.mismatch' });
    expect(refused.code).toBe(1);
  });

  it('writes an audit report and a pack that verifies, and names what is wrong with another', async () => {
    const period = [
      '--project',
      'genomics',
      '--from',
      '2026-10-01',
      '--to',
      '2026-10-31',
      '--data',
      data,
    ];
    const audit = await runProvost(['audit', 'run', ...period, '--out', file('audit'), '--json']);
    const answer = JSON.parse(audit.stdout) as { auditId: string };
    expect(answer).toMatchObject({ checks: 4, verdict: { status: expect.any(String) } });
    expect(readFileSync(file('audit.html'), 'utf8')).toContain('<!doctype html>');
    const pack = file('pack.zip');
    const exporting = ['export', ...period, '--out', pack, '--audit', answer.auditId];
    expect((await runProvost(exporting)).code).toBe(0);
    const verified = await runProvost(['verify', pack, '--key', keys, '--json']);
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, report: true });
    const others = createNoteSigner('log', generateKeyPairSync('ed25519').privateKey).verifierKey;
    writeFileSync(file('old-and-new.txt'), `${others}\n${readFileSync(keys, 'utf8')}`);
    const newer = await runProvost(['verify', pack, '--key', file('old-and-new.txt')]);
    expect(newer.code).toBe(0);
    const bytes = readFileSync(pack);
    bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 1;
    writeFileSync(pack, bytes);
    const damaged = await runProvost(['verify', pack, '--key', keys, '--json']);
    expect(damaged.code).toBe(1);
    expect(JSON.parse(damaged.stdout)).toMatchObject({
      ok: false,
      code: expect.stringMatching(/^pack\./),
    });
  });

  it('issues a token once, lists it without its secret, and revokes it', async () => {
    const created = await runProvost([
      'token',
      'create',
      'robot',
      '--role',
      'ingest',
      '--source',
      'https://r.example.org',
      '--data',
      data,
    ]);
    const token = created.stdout.trim();
    expect(token).toMatch(/^pvt_/);
    const listed = await runProvost(['token', 'list', '--data', data, '--json']);
    expect(listed.stdout).not.toContain(token);
    const robot = jsonLines<{ id: string; name: string }>(listed.stdout).find(
      ({ name }) => name === 'robot',
    );
    expect((await runProvost(['token', 'revoke', robot?.id ?? '', '--data', data])).code).toBe(0);
    const after = await runProvost(['token', 'list', '--data', data, '--json']);
    expect(
      jsonLines<{ name: string }>(after.stdout).find(({ name }) => name === 'robot'),
    ).toHaveProperty('revokedAt');
  });

  it('prints the schema of an event type', async () => {
    const { stdout } = await runProvost(['schema', 'artifact.pushed']);
    expect(JSON.parse(stdout)).toMatchObject({
      $id: 'urn:provost:schema:artifact.pushed:1',
      type: 'object',
    });
  });

  it('replays a file without a service, and finds what is hidden in it', async () => {
    writeFileSync(
      file('month.ndjson'),
      demoMonth()
        .map((event) => JSON.stringify(event))
        .join('\n'),
    );
    const { code, stdout } = await runProvost(['replay', file('month.ndjson'), '--json']);
    const lines = jsonLines<{ kind: string; rule?: string }>(stdout);
    const rules = new Set(lines.filter(({ kind }) => kind === 'finding').map(({ rule }) => rule));
    expect([...rules]).toEqual(
      expect.arrayContaining([
        'tag-mutation',
        'provenance-gap',
        'publisher-new',
        'reproducibility-loss',
      ]),
    );
    expect(lines.at(-1)).toMatchObject({
      kind: 'summary',
      events: demoMonth().length,
      rejected: 0,
    });
    expect(code).toBe(0);
  });
});

describe('provost demo --once', () => {
  it('ends with the planted incidents alerted, the report and the pack verified, and the ledger whole', async () => {
    const out = file('demo');
    // Somebody's own governance file lies where they try the demo; its people are not told of invented alerts.
    const own = mkdtempSync(join(directory, 'own-'));
    writeFileSync(join(own, 'provost.yaml'), 'channels: [{ name: us, kind: email, to: [a@b.c] }]');
    const { code, stderr } = await runProvost(['demo', '--once', '--out', out], {}, own);
    expect(stderr).not.toContain('BAD');
    expect(stderr.match(/^ok {2}/gm)).toHaveLength(6);
    expect(code).toBe(0);
    const verified = await runProvost([
      'verify',
      join(out, 'genomics-2026-10.zip'),
      '--key',
      join(out, 'verifier-keys.txt'),
    ]);
    expect(verified.code).toBe(0);
  });
});

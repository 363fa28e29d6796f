import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { builtReleases, image } from '../../detectors/examples/story.ts';
import { createNoteSigner, signNote } from '../../services/core/note/signed-note.ts';
import { jsonLines, runProvost } from '../support/run-provost.ts';

const directory = mkdtempSync(join(tmpdir(), 'provost-baseline-'));
const file = (name: string) => join(directory, name);
const signer = createNoteSigner('lab.example/baselines', generateKeyPairSync('ed25519').privateKey);
const environment = { PROVOST_CONFIG: file('provost.yaml'), PROVOST_DATA: file('data') };
const run = (args: readonly string[], token?: string) =>
  runProvost(args, { ...environment, ...(token === undefined ? {} : { PROVOST_TOKEN: token }) });

type AlertLine = { readonly rule: string; readonly status: string };

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** One story: each command works on what the ones before it left, without a service that runs. */
describe.sequential('provost baseline', () => {
  let ann = '';
  let bob = '';
  let id = '';

  it('shows and explains what is learned from imported history', async () => {
    writeFileSync(
      file('provost.yaml'),
      `projects: [{ name: lab, repositories: ["lab/*"], baselineKeys: ["${signer.verifierKey}"] }]`,
    );
    const history = builtReleases().days(1).move('1.7.0', 'foreign', 'maya').events();
    const lines = history.map(({ receivedtime: _, project: __, trust: ___, ...event }) =>
      JSON.stringify(event),
    );
    writeFileSync(file('events.ndjson'), lines.join('\n'));
    expect((await run(['import', file('events.ndjson')])).code).toBe(0);
    const shown = await run(['baseline', 'show', 'lab/tool']);
    expect(shown.stdout).toMatch(/publishers +established +1\.00 .* maya/);
    const explained = await run(['baseline', 'explain', 'lab/tool', 'builder', '--json']);
    const [reason] = jsonLines<{ holds: boolean; entries: unknown[] }>(explained.stdout);
    expect(reason).toMatchObject({ holds: true, mode: 'learned' });
    expect(reason?.entries.length).toBeGreaterThan(0);
  });

  it('proposes under one name, refuses the same name, and approves under another', async () => {
    const create = async (name: string) =>
      (await run(['token', 'create', name, '--role', 'responder'])).stdout.trim();
    [ann, bob] = [await create('ann'), await create('bob')];
    const expectation = `digests=${image('foreign')}`;
    const proposed = await run(
      ['baseline', 'propose', 'lab/tool', '--tags', '1.7.0', '--expect', expectation],
      ann,
    );
    expect(proposed.stdout).toMatch(/^[0-9a-f]{16}@1\n$/);
    id = proposed.stdout.trim().replace(/@1$/, '');
    const alone = await run(['baseline', 'approve', id], ann);
    expect([alone.code, alone.stderr]).toEqual([
      2,
      expect.stringContaining('baseline.same-person'),
    ]);
    const stale = await run(['baseline', 'approve', `${id}@2`], bob);
    expect(stale.stderr).toContain('baseline.transition');
    expect((await run(['baseline', 'approve', `${id}@1`], bob)).code).toBe(0);
  });

  it('has closed the alert that the baseline explains, and says so in the ledger', async () => {
    const alerts = jsonLines<AlertLine>((await run(['alerts', 'list', '--json'])).stdout);
    expect(alerts.find(({ rule }) => rule === 'tag-mutation')?.status).toBe('resolved');
    const resolved = await run(['entries', '--type', 'alert.resolved', '--json']);
    const reasons = jsonLines<{ event: { data: { reason: string } } }>(resolved.stdout);
    expect(reasons[0]?.event.data.reason).toContain(`baseline ${id} version 1`);
  });

  it('compares an image with the baseline, and answers 1 when it does not know something', async () => {
    const known = await run(['baseline', 'diff', 'lab/tool:1.7.0', '--against', 'baseline']);
    expect([known.code, known.stdout]).toEqual([0, `baseline ${id} version 1 knows all of it\n`]);
    const other = await run([
      'baseline',
      'propose',
      'lab/tool',
      '--tags',
      '1.8.0',
      '--expect',
      'publishers=rafi',
    ]);
    const second = other.stdout.trim();
    expect((await run(['baseline', 'approve', second], bob)).code).toBe(0);
    const strange = await run(['baseline', 'diff', 'lab/tool:1.8.0', '--against', 'baseline']);
    expect(strange.code).toBe(1);
    expect(strange.stdout).toContain('does not know publishers maya; expected rafi');
  });

  it('takes a signed file, and no file whose signature is of another', async () => {
    const text = 'baseline: 1\nrepository: lab/signed\nexpect:\n  publishers: [maya]\n';
    writeFileSync(file('baseline.yaml'), text);
    writeFileSync(file('baseline.sig'), signNote(text, signer));
    const args = ['baseline', 'propose', '--signature', file('baseline.sig'), '--from-file'];
    const taken = await run([...args, file('baseline.yaml'), '--json'], ann);
    expect(JSON.parse(taken.stdout).versions[0]).toMatchObject({ mode: 'source' });
    writeFileSync(file('forged.yaml'), text.replace('maya', 'mallory'));
    const forged = await run([...args, file('forged.yaml')], ann);
    expect([forged.code, forged.stderr]).toEqual([
      2,
      expect.stringContaining('(baseline.signature)'),
    ]);
  });

  it('lists and revokes, and leaves the ledger whole', async () => {
    expect((await run(['baseline', 'revoke', id, '--reason', 'a mistake'], ann)).code).toBe(0);
    const listed = await run(['baseline', 'list', '--mode', 'declared', '--json']);
    expect(
      jsonLines<{ baselineId: string; status: string }>(listed.stdout).find(
        ({ baselineId }) => baselineId === id,
      )?.status,
    ).toBe('revoked');
    expect((await run(['fsck'])).code).toBe(0);
  });
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../services/config/load-config.ts';

const directory = mkdtempSync(join(tmpdir(), 'provost-config-'));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

function placesOf(environment: Record<string, string>): readonly (string | undefined)[] {
  const loaded = loadConfig(environment);
  return loaded.ok ? [] : loaded.problem.map((problem) => problem.at);
}

describe('loadConfig', () => {
  it('runs every role embedded on loopback without any setting', () => {
    const loaded = loadConfig({});
    expect(loaded).toMatchObject({
      ok: true,
      value: {
        roles: ['api', 'ledger', 'detect', 'alert'],
        bus: { kind: 'local' },
        clickhouse: { kind: 'embedded' },
        http: { host: '127.0.0.1' },
        partitions: 1,
      },
    });
  });

  it('takes an option over its variable, and knows the variable all the same', () => {
    const environment = { PROVOST_DATA: '/a', PROVOST_ROLES: 'api', PROVOST_CONFIG: '/nowhere' };
    const options = { dataDirectory: '/b', roles: 'ledger', configFile: file('empty.yaml', '') };
    expect(loadConfig(environment, options)).toMatchObject({
      ok: true,
      value: { dataDirectory: '/b', roles: ['ledger'] },
    });
  });

  it('refuses what is no SMTP URL, without showing what may hold a password', () => {
    const loaded = loadConfig({ PROVOST_SMTP_URL: 'user:s3cret@mail.example.org' });
    expect(loaded).toMatchObject({ ok: false, problem: [{ at: 'PROVOST_SMTP_URL' }] });
    expect(JSON.stringify(loaded)).not.toContain('s3cret');
    expect(loadConfig({ PROVOST_SMTP_URL: 'smtp://127.0.0.1:25' }).ok).toBe(true);
  });

  it.each([
    ['sorces: []', '#/sorces', 'unknown key'],
    [
      'channels: [{ name: a, kind: emial }]',
      '#/channels/0/kind',
      'expected "email", or expected "webhook"',
    ],
    ['channels: [{ name: a, kind: email }]', '#/channels/0', 'lacks to'],
    ['channels: [{ name: a, kind: webhook }]', '#/channels/0', 'lacks url,secretFile'],
  ])('says what is wrong in %s', (text, place, message) => {
    const configFile = file('wrong.yaml', text);
    const loaded = loadConfig({}, { configFile });
    expect(loaded).toMatchObject({ problem: [{ at: `${configFile}${place}`, message }] });
    expect(loaded).not.toHaveProperty('problem.1');
  });

  it.each([
    ['nope', false],
    ['0 6 * * 8', false],
    ['0 0 6 * * 1', false],
    ['0 6 * * 1', true],
    ['*/5 * * * mon-fri', true],
  ])('takes %s as the schedule of an audit: %s', (cron, good) => {
    const text = `audits: [{ project: lab, cron: '${cron}', days: 7, mail: [a@example.org] }]`;
    const environment = { PROVOST_SMTP_URL: 'smtp://127.0.0.1:25' };
    const loaded = loadConfig(environment, { configFile: file('cron.yaml', text) });
    expect(loaded.ok).toBe(good);
    if (!loaded.ok) expect(loaded.problem[0]?.message).toContain(`the schedule "${cron}"`);
  });

  it('lists all problems together, each with the variable that has it', () => {
    expect(
      placesOf({ PROVOST_PORT: 'x', PROVOST_ROLES: 'api,zed', PROVOST_CLICKHOUSE_URL: 'ftp://h' }),
    ).toEqual(['PROVOST_ROLES', 'PROVOST_PORT', 'PROVOST_CLICKHOUSE_URL']);
  });

  it('refuses a variable that nobody reads, so that a misspelt name is never ignored', () => {
    expect(placesOf({ PROVOST_PROT: '8080' })).toEqual(['PROVOST_PROT']);
  });

  it('takes a secret from a file and refuses the file and the variable together', () => {
    const path = file('smtp', 'smtp://u:p@mail.example.org\n');
    const loaded = loadConfig({ PROVOST_SMTP_URL_FILE: path });
    expect(loaded.ok && loaded.value.smtpUrl).toBe('smtp://u:p@mail.example.org');
    expect(placesOf({ PROVOST_SMTP_URL_FILE: path, PROVOST_SMTP_URL: 'smtp://x' })).toEqual([
      'PROVOST_SMTP_URL',
    ]);
  });

  it('asks for the credentials that a SASL mechanism needs', () => {
    expect(
      placesOf({ PROVOST_KAFKA_BROKERS: 'b:1', PROVOST_KAFKA_SASL_MECHANISM: 'plain' }),
    ).toEqual(['PROVOST_KAFKA_SASL_MECHANISM']);
  });

  it('gives a config that nobody can change', () => {
    const loaded = loadConfig({});
    expect(loaded.ok && Object.isFrozen(loaded.value.http)).toBe(true);
  });
});

describe('the governance file', () => {
  const load = (text: string) => loadConfig({ PROVOST_CONFIG: file('provost.yaml', text) });

  it('is read into the config', () => {
    const loaded = load('projects:\n  - name: lab-a\n    repositories: ["lab-a/*"]\n');
    expect(loaded.ok && loaded.value.governance.projects?.[0]?.name).toBe('lab-a');
  });

  it.each([
    ['an unknown key', 'projetcs: []\n'],
    [
      'a route to a channel that is not there',
      'routes:\n  - minimum: page\n    channels: [nobody]\n',
    ],
    ['a project defined twice', 'projects:\n  - name: a\n  - name: a\n'],
    ['a key written twice', 'projects: []\nprojects: []\n'],
    [
      'an address that could carry a second header',
      'channels:\n  - {name: m, kind: email, to: ["a@b\\nBcc: c@d"]}\n',
    ],
    ['an alias', 'projects: &p []\nsources: *p\n'],
  ])('is refused with %s', (_name, text) => {
    expect(load(text).ok).toBe(false);
  });

  it('lists every fault, however many there are', () => {
    const loaded = load(`projects:\n${'  - {name: a, wrong: 1}\n'.repeat(30)}`);
    expect(loaded.ok ? [] : loaded.problem).toHaveLength(30);
  });

  it('is refused with an alias, saying so', () => {
    const loaded = load('projects: &p []\nsources: *p\n');
    expect(loaded.ok ? [] : loaded.problem).toEqual([
      expect.objectContaining({
        code: 'config.invalid',
        message: expect.stringContaining('alias'),
      }),
    ]);
  });

  it('that is named but missing is a problem', () => {
    expect(placesOf({ PROVOST_CONFIG: join(directory, 'missing.yaml') })).toHaveLength(1);
  });
});

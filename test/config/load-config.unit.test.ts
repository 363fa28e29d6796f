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

  it('that is named but missing is a problem', () => {
    expect(placesOf({ PROVOST_CONFIG: join(directory, 'missing.yaml') })).toHaveLength(1);
  });
});

import { expect, test } from 'vitest';
import type { JsonValue } from '../../services/core/json/json-value.ts';
import { MAX_OSV_BYTES, readOsv } from '../../services/sources/osv.ts';

const CONTEXT = { source: 'urn:osv' };
const SHA = 'ab'.repeat(32);

const read = (document: JsonValue, context: { source: string; project?: string } = CONTEXT) =>
  readOsv(Buffer.from(JSON.stringify(document)), context);

function statements(document: JsonValue) {
  const reading = read(document);
  if (!reading.ok) throw new Error(reading.problem.message);
  return {
    said: reading.value.events.map(({ data }) => data),
    skipped: reading.value.skipped,
    ids: reading.value.events.map(({ id }) => id),
  };
}

const malicious = (affected: JsonValue, more: { readonly [name: string]: JsonValue } = {}) => ({
  schema_version: '1.7.3',
  id: 'MAL-2026-1',
  modified: '2026-03-31T03:00:00Z',
  published: '2026-03-31T02:00:00Z',
  summary: 'Malicious code in left-right (npm)',
  affected,
  ...more,
});

test('a package with listed versions becomes one statement', () => {
  const { said, skipped } = statements(
    malicious([
      {
        package: {
          ecosystem: 'npm',
          name: '@scope/left-right',
          purl: 'pkg:npm/%40scope/left-right',
        },
        versions: ['1.14.1', '0.30.4'],
      },
    ]),
  );
  expect(said).toEqual([
    {
      purl: 'pkg:npm/%40scope/left-right',
      versions: ['1.14.1', '0.30.4'],
      reason: 'Malicious code in left-right (npm)',
      advisory: 'MAL-2026-1',
    },
  ]);
  expect(skipped).toEqual([]);
});

test('ecosystems without a purl get theirs, and those nobody knows are named', () => {
  const versions = ['1.0'];
  const { said, skipped } = statements(
    malicious([
      { package: { ecosystem: 'PyPI', name: 'left-right' }, versions },
      { package: { ecosystem: 'Maven', name: 'org.example:left' }, versions },
      { package: { ecosystem: 'Debian:12', name: 'liblzma5' }, versions },
      { package: { ecosystem: 'GitHub Actions', name: 'example/setup' }, versions },
      { package: { ecosystem: 'Homebrew of my aunt', name: 'left' }, versions },
    ]),
  );
  expect(said.map((data) => 'purl' in data && data.purl)).toEqual([
    'pkg:pypi/left-right',
    'pkg:maven/org.example/left',
    'pkg:deb/debian/liblzma5',
    'pkg:githubactions/example/setup',
  ]);
  expect(skipped).toMatchObject([{ at: '/affected/4/package' }]);
});

test('ranges of versions are taken as they stand, ranges of commits are not', () => {
  const { said } = statements(
    malicious([
      {
        package: { ecosystem: 'npm', name: 'left' },
        ranges: [
          {
            type: 'SEMVER',
            events: [
              { introduced: '0' },
              { fixed: '1.2.0' },
              { introduced: '2.0.0' },
              { last_affected: '2.3.0' },
              { introduced: '3.0.0' },
            ],
          },
          {
            type: 'GIT',
            repo: 'https://git.example/left',
            events: [{ introduced: 'a'.repeat(40) }],
          },
        ],
      },
    ]),
  );
  expect(said).toMatchObject([
    {
      ranges: [
        { introduced: '0', fixed: '1.2.0' },
        { introduced: '2.0.0', lastAffected: '2.3.0' },
        { introduced: '3.0.0' },
      ],
    },
  ]);
});

test('an entry without versions does not call the whole package bad', () => {
  const { said, skipped } = statements(
    malicious([{ package: { ecosystem: 'npm', name: 'left' } }]),
  );
  expect(said).toEqual([]);
  expect(skipped).toMatchObject([{ at: '/affected/0' }]);
});

test('digests of what is bad are stated, digests of the report are not', () => {
  const { said } = statements(
    malicious(
      [
        {
          package: { ecosystem: 'Docker', name: 'example/image' },
          database_specific: { digests: [`sha256:${SHA}`], note: 'c'.repeat(64) },
        },
      ],
      {
        database_specific: {
          'malicious-packages-origins': [{ sha256: 'd'.repeat(64), source: 'somebody' }],
          iocs: { sha256: ['E'.repeat(64), 'not a digest'] },
        },
      },
    ),
  );
  expect(said.map((data) => 'digest' in data && data.digest)).toEqual([
    `sha256:${'e'.repeat(64)}`,
    `sha256:${SHA}`,
  ]);
});

test('the same advisory has the same ids, a changed one has others', () => {
  const affected = [{ package: { ecosystem: 'npm', name: 'left' }, versions: ['1.0'] }];
  const first = statements(malicious(affected)).ids;
  expect(statements(malicious(affected)).ids).toEqual(first);
  expect(statements(malicious(affected, { modified: '2026-04-01T00:00:00Z' })).ids).not.toEqual(
    first,
  );
});

test('a withdrawn advisory states nothing and says so', () => {
  const { said, skipped } = statements(
    malicious([{ package: { ecosystem: 'npm', name: 'left' }, versions: ['1.0'] }], {
      withdrawn: '2026-04-02T00:00:00Z',
    }),
  );
  expect(said).toEqual([]);
  expect(skipped[0]?.message).toContain('withdrawn');
});

test('more versions than an event holds become several statements', () => {
  const versions = Array.from({ length: 10_000 }, (_, n) => `1.0.${n}`);
  const { said } = statements(
    malicious([
      {
        package: { ecosystem: 'npm', name: 'left' },
        versions,
        ranges: [{ type: 'SEMVER', events: [{ introduced: '9.0.0' }] }],
      },
    ]),
  );
  expect(said).toHaveLength(3);
  expect(said.flatMap((data) => ('versions' in data ? (data.versions ?? []) : []))).toEqual(
    versions,
  );
  expect(said.filter((data) => 'ranges' in data)).toHaveLength(1);
});

test('a list is read document by document', () => {
  const one = malicious([{ package: { ecosystem: 'npm', name: 'left' }, versions: ['1.0'] }]);
  const { said } = statements([one, { ...one, id: 'MAL-2026-2' }, one]);
  expect(said).toHaveLength(2);
});

test.each<[string, JsonValue, string]>([
  ['no object', 'MAL-2026-1', ''],
  ['no id', { affected: [] }, '/id'],
  ['a schema of another major', { id: 'X-1', schema_version: '2.0.0' }, '/schema_version'],
  ['affected that is no list', { id: 'X-1', affected: {} }, '/affected'],
  [
    'too many packages',
    { id: 'X-1', affected: Array.from({ length: 1001 }, () => ({})) },
    '/affected',
  ],
  ['one bad document of a list', [malicious([]), 7], '/1'],
  ['too many documents', Array.from({ length: 1001 }, () => ({})), ''],
])('refuses %s, and says where', (_name, document, at) => {
  const reading = read(document);
  expect(reading).toMatchObject({ ok: false, problem: { code: 'hook.payload' } });
  expect(!reading.ok && (reading.problem.at ?? '')).toBe(at);
});

test('bounds what hostile bytes can cost', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  expect(readOsv(Buffer.from(deep), CONTEXT)).toMatchObject({
    ok: false,
    problem: { code: 'json.too-deep' },
  });
  expect(readOsv(Buffer.alloc(MAX_OSV_BYTES + 1, 32), CONTEXT)).toMatchObject({
    ok: false,
    problem: { code: 'json.too-large' },
  });
  expect(readOsv(Buffer.from('{"id":"a","__proto__":{}}'), CONTEXT).ok).toBe(false);
  const { said } = statements(
    malicious([], {
      database_specific: {
        hashes: Array.from({ length: 5000 }, (_, n) => `${n}`.padStart(64, '0')),
      },
    }),
  );
  expect(said).toHaveLength(1000);
});

test('parts that are not what they should be are skipped, never thrown', () => {
  const { said, skipped } = statements(
    malicious([
      null,
      7,
      { package: null, versions: ['1'] },
      {
        package: { ecosystem: 'npm', name: 'left' },
        versions: 'all',
        ranges: [null, { events: [7] }],
      },
      { package: { ecosystem: 'npm', name: 'x'.repeat(600) }, versions: ['1'] },
      { package: { ecosystem: 'npm', name: 'right' }, versions: [1, '', 'y'.repeat(300), '2.0'] },
    ]),
  );
  expect(said).toMatchObject([{ purl: 'pkg:npm/right', versions: ['2.0'] }]);
  expect(skipped).toHaveLength(5);
});

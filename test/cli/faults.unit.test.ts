import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it, vi } from 'vitest';
import {
  type ApiTransport,
  createApiClient,
  httpTransport,
} from '../../services/cli/api-client.ts';
import { runCommandLine } from '../../services/cli/program.ts';
import { createNoteSigner } from '../../services/core/note/signed-note.ts';
import { captured, connectedTo, quietCli } from './quiet-cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'provost-faults-'));
afterAll(() => rmSync(directory, { recursive: true }));

const EVENT = '{"specversion":"1.0","id":"1","source":"urn:x","type":"artifact.pushed","data":{}}';

/** Runs one command line against a transport of the test. */
async function run(args: readonly string[], send: ApiTransport = () => answer(202, '{}')) {
  const out: string[] = [];
  let code = 0;
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    out.push(String(text));
    return true;
  });
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out.push(String(text));
    return true;
  });
  try {
    await runCommandLine(
      args,
      quietCli({
        connect: async ({ url }) =>
          connectedTo(createApiClient(url === undefined ? send : httpTransport(url, 'pvt_a b'))),
        createIo: (json) =>
          captured({
            json,
            result: (value, text) => out.push(json ? JSON.stringify(value) : text),
            raw: (bytes) => out.push(String(bytes)),
            note: (text) => out.push(text),
          }).io,
        setExitCode: (value) => {
          code = value;
        },
      }),
    );
  } finally {
    stderr.mockRestore();
    stdout.mockRestore();
  }
  return { code, text: out.join('\n') };
}

async function answer(status: number, text: string) {
  return { status, headers: {}, body: bytesOf(text) };
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function fileOf(name: string, bytes: Uint8Array | string): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

describe('a fault of the command line or of a file', () => {
  const packed = gzipSync(`${EVENT}\n`.repeat(200));
  const cut = fileOf('cut.gz', packed.subarray(0, packed.length - 12));

  it.each(['import', 'replay'])('%s says that a compressed file is cut short', async (command) => {
    const { code, text } = await run([command, cut]);
    expect(text).toContain('(cli.file)');
    expect(text).toContain(cut);
    expect(code).toBe(2);
  });

  it.each([
    ['import', '/nowhere/file'],
    ['import', directory],
    ['replay', '/nowhere/file'],
    ['verify', '/nowhere/file', '--key', key()],
    ['verify-proof', '/nowhere/file', '/nowhere/file', '--key', key()],
  ])('%s of %s has a code and is no verdict', async (...args) => {
    const { code, text } = await run(args);
    expect(text).toContain('(cli.file)');
    expect(code).toBe(2);
  });

  it.each([['nonsense'], ['ftp://provost.example.org']])('refuses %s as a URL', async (url) => {
    const { code, text } = await run(['status', '--url', url]);
    expect(text).toContain(`expected an http or https URL, received "${url}" (cli.usage)`);
    expect(code).toBe(2);
  });

  it('refuses a token that cannot be sent, without showing it', async () => {
    const { code, text } = await run(['status', '--url', 'http://127.0.0.1:1']);
    expect(text).toContain('(auth.invalid)');
    expect(text).not.toContain('pvt_a b');
    expect(code).toBe(2);
  });

  it.each([
    ['fsck', '--shard', 'abc'],
    ['token', 'create', 'x', '--role', 'viewer', '--expires', 'abc'],
  ])('%s %s refuses what is no number', async (...args) => {
    const { code, text } = await run(args);
    expect(text).toContain('expected a number');
    expect(code).toBe(2);
  });

  it('shows what the other side says and lets it command no terminal', async () => {
    const problem = { code: 'http.bad-request', detail: 'a\u001b[2Jb' };
    const { text } = await run(['entries'], () => answer(400, JSON.stringify(problem)));
    expect(text).toContain('provost: a⟨U+001B⟩[2Jb (http.bad-request)');
  });

  it('names the parameter that the API refused', async () => {
    const problem = { code: 'http.bad-request', detail: 'expected a time', at: 'from' };
    const { code, text } = await run(['entries', '--from', 'yesterday'], () =>
      answer(400, JSON.stringify(problem)),
    );
    expect(text).toContain('provost: from: expected a time (http.bad-request)');
    expect(code).toBe(2);
  });
});

describe('a service elsewhere', () => {
  it('is reached below the path of its URL', async () => {
    const asked: string[] = [];
    const fetching = vi.spyOn(globalThis, 'fetch').mockImplementation(async (url) => {
      asked.push(String(url));
      return new Response('{}');
    });
    try {
      const send = httpTransport('https://example.org/provost/', 'pvt_1');
      await send({ method: 'GET', path: '/api/v1/entries', query: { tag: 'a b' } });
    } finally {
      fetching.mockRestore();
    }
    expect(asked).toEqual(['https://example.org/provost/api/v1/entries?tag=a+b']);
  });
});

describe('audit run', () => {
  it('says what each check said, and never that nothing is wrong when it did not look', async () => {
    const model = {
      verdict: { status: 'pass', sentence: 'In order.' },
      checks: [{ title: 'Tags', status: 'not-applicable', summary: 'The project has no tags.' }],
    };
    const out = join(directory, 'audit');
    const { code, text } = await run(
      [
        'audit',
        'run',
        '--project',
        'lab',
        '--from',
        '2026-03-01',
        '--to',
        '2026-04-01',
        '--out',
        out,
      ],
      ({ method }) => answer(200, JSON.stringify(method === 'POST' ? { auditId: 'a' } : model)),
    );
    expect(text).toBe(
      `not-applicable  Tags: The project has no tags.\nIn order.\naudit a\n${out}.html\n${out}.json`,
    );
    expect(code).toBe(0);
  });

  it('is no success for a project that the ledger does not know', async () => {
    const sentence = 'The ledger holds no event of project labb in this period.';
    const model = { verdict: { status: 'empty', sentence }, checks: [] };
    const out = join(directory, 'empty');
    const period = ['--from', '2026-03-01', '--to', '2026-04-01'];
    const { code, text } = await run(
      ['audit', 'run', '--project', 'labb', ...period, '--out', out],
      ({ method }) => answer(200, JSON.stringify(method === 'POST' ? { auditId: 'a' } : model)),
    );
    expect(text).toContain(sentence);
    expect(code).toBe(1);
  });
});

describe('score', () => {
  const series = (name: string, text: string) => fileOf(name, text);
  it.each([
    ['a word for a value', 'timestamp,value\n2026-01-01,1\n2026-01-02,x\n', 'line 3 of'],
    ['one point only', 'timestamp,value\n2026-01-01,1\n', 'at least two points'],
    ['no header', '2026-01-01,1\n2026-01-02,2\n2026-01-03,3\n', 'expected a header line'],
    ['nothing', '', 'at least two points'],
  ])('refuses %s and prints no table of nothing', async (name, content, message) => {
    const { code, text } = await run(['score', series(`${name}.csv`, content)]);
    expect(text).toContain(message);
    expect(text).toContain('(cli.file)');
    expect(text).not.toContain('anomaly_score');
    expect(code).toBe(2);
  });

  it('prints its table where there are points', async () => {
    const file = series('good.csv', 'timestamp,value\n2026-01-01,1\n2026-01-02,2\n');
    const { code, text } = await run(['score', file]);
    expect(text).toBe(
      'timestamp,value,anomaly_score\n\n2026-01-01,1,0\n2026-01-02,2,0\nNo point scores high.',
    );
    expect(code).toBe(0);
  });
});

describe('rules import-sigma', () => {
  it('gives the rule as JSON', async () => {
    const rule = `
title: A new administrator
logsource: { product: registry }
detection: { selection: { type: role.granted, role: admin }, condition: selection }
`;
    const { code, text } = await run(['rules', 'import-sigma', fileOf('s.yaml', rule), '--json']);
    expect(JSON.parse(text)).toMatchObject({ title: 'A new administrator', mode: 'dry-run' });
    expect(code).toBe(0);
  });

  it('calls what is no Sigma rule a fault of the file, not an outage', async () => {
    const { code, text } = await run(['rules', 'import-sigma', fileOf('no.yaml', 'title: x\n')]);
    expect(text).toContain('(rule.document)');
    expect(code).toBe(2);
  });
});

describe('import', () => {
  it('unpacks a file that begins as gzip does, whatever its name is', async () => {
    const sent: string[] = [];
    const file = fileOf('packed.ndjson', gzipSync(`${EVENT}\r\n${EVENT}`));
    const { code } = await run(['import', file], ({ payload }) => {
      sent.push(Buffer.from(payload?.bytes ?? []).toString());
      return answer(202, '{}');
    });
    expect(sent).toEqual([`[${EVENT},${EVENT}]`]);
    expect(code).toBe(0);
  });
});

describe('import of a line that is not UTF-8', () => {
  it('refuses the line instead of sending something else', async () => {
    const sent: string[] = [];
    const bytes = Buffer.concat([
      Buffer.from(`${EVENT}\n{"a":"`),
      Buffer.of(0xff),
      Buffer.from('"}'),
    ]);
    const { code, text } = await run(['import', fileOf('bytes.ndjson', bytes)], ({ payload }) => {
      sent.push(Buffer.from(payload?.bytes ?? []).toString());
      return answer(202, '{}');
    });
    expect(sent).toEqual([`[${EVENT}]`]);
    expect(text).toContain('line 2: expected UTF-8 (json.invalid-utf8)');
    expect(code).toBe(1);
  });
});

describe('fsck', () => {
  it('calls a check that failed on its way unfinished, and not a damaged ledger', async () => {
    const { code, text } = await run(['fsck'], () =>
      answer(200, '{"kind":"failed","code":"ledger.unavailable"}\n'),
    );
    expect(text).toContain('ledger.unavailable');
    expect(text).not.toContain('NOT whole');
    expect(code).toBe(3);
  });

  it('does not call a shard whole that is not there', async () => {
    const summary = {
      kind: 'summary',
      shards: 0,
      entries: 0,
      tiles: 0,
      checkpoints: 0,
      problems: 0,
    };
    const { code, text } = await run(['fsck', '--shard', '9'], () =>
      answer(200, JSON.stringify(summary)),
    );
    expect(text).toContain('the ledger has no shard 9 (cli.usage)');
    expect(code).toBe(2);
  });
});

describe('entries', () => {
  it('takes a bare day as its midnight, as every command does', async () => {
    const asked: unknown[] = [];
    await run(['entries', '--from', '2026-10-01', '--to', '2026-10-02T12:00:00Z'], ({ query }) => {
      asked.push([query?.['from'], query?.['to']]);
      return answer(200, '{"entries":[]}');
    });
    expect(asked).toEqual([['2026-10-01T00:00:00Z', '2026-10-02T12:00:00Z']]);
  });

  it('shows the image of an event whose sender named no subject', async () => {
    const entry = {
      shard: 0,
      index: 1,
      event: {
        time: '2026-03-01T09:30:00Z',
        type: 'artifact.pushed',
        data: { repository: 'lab/tool', tags: ['1.0', '1'], actor: { name: 'alice' } },
      },
    };
    const { text } = await run(['entries'], () =>
      answer(200, JSON.stringify({ entries: [entry] })),
    );
    expect(text).toBe('0/1  2026-03-01T09:30:00Z  artifact.pushed  lab/tool:1.0,1 by alice');
  });
});

it('shows the version', async () => {
  expect((await run(['--version'])).text).toContain('1.2.3');
});

/** A verifier key that nobody signed with. */
function key(): string {
  return createNoteSigner('log', generateKeyPairSync('ed25519').privateKey).verifierKey;
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { builtReleases, type Story, story } from '../../detectors/examples/story.ts';
import { taintElsewhereExamples } from '../../detectors/examples/taint-elsewhere-examples.ts';
import { readLines } from '../../services/cli/replay/read-lines.ts';
import { replayEvents } from '../../services/cli/replay/replay-events.ts';
import type { ReplayLine } from '../../services/cli/replay/replay-lines.ts';
import { replayCommand } from '../../services/cli/replay.ts';
import type { Governance } from '../../services/config/governance.ts';
import type { Problem } from '../../services/core/errors.ts';
import { captured } from './quiet-cli.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function fileOf(content: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'provost-replay-'));
  folders.push(folder);
  const file = join(folder, 'events');
  writeFileSync(file, content);
  return file;
}

/** The events of a story as a source sends them, one a line. */
function sent(told: Story): readonly string[] {
  return told.events().map((event) => {
    const { receivedtime: _received, project: _project, trust: _trust, ...source } = event;
    return JSON.stringify(source);
  });
}

async function* chunksOf(text: string, size = text.length): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function replay(
  lines: readonly string[],
  options: { governance?: Governance; format?: 'events' | 'history' } = {},
) {
  const rejected: [number, Problem][] = [];
  const output: ReplayLine[] = [];
  const replayed = replayEvents(readLines(chunksOf(`${lines.join('\n')}\n`)), {
    governance: options.governance ?? {},
    format: options.format ?? 'events',
    clock: { now: () => 0 },
    onRejected: (line, problem) => rejected.push([line, problem]),
  });
  for await (const line of replayed) output.push(line);
  return { output, rejected };
}

const attack = () => sent(builtReleases().days(1).push('1.3.0', 'foreign', 'stranger'));
const of = <K extends ReplayLine['kind']>(output: readonly ReplayLine[], kind: K) =>
  output.filter((line): line is Extract<ReplayLine, { kind: K }> => line.kind === kind);

test('tells what only several projects together show, with the lines', async () => {
  const { given, when } = taintElsewhereExamples().fires[0] ?? { given: [], when: undefined };
  const lines = [...given, ...(when === undefined ? [] : [when])].map((event) => {
    const { receivedtime: _received, project: _project, trust: _trust, ...source } = event;
    return JSON.stringify(
      event.type === 'digest.tainted'
        ? { ...source, data: { ...event.data, project: 'lab' } }
        : source,
    );
  });
  const { output } = await replay(lines);
  const [finding] = of(output, 'finding').filter(({ rule }) => rule === 'taint-join');
  expect(finding).toMatchObject({ disposition: 'page', line: lines.length });
  expect(finding?.evidence[0]).toBe(lines.length);
  expect(finding?.evidence.length).toBeGreaterThan(1);
});

test('names the line of the attack, the lines it rests on, one incident, and a summary', async () => {
  const { output } = await replay(attack());
  expect(
    of(output, 'finding').map(({ rule, disposition, line }) => [rule, disposition, line]),
  ).toEqual([
    ['tag-mutation', 'page', 41],
    ['provenance-gap', 'page', 41],
    ['publisher-new', 'page', 41],
  ]);
  expect(of(output, 'finding')[0]).toMatchObject({
    subject: 'tag:lab/tool:1.3.0',
    severity: 'critical',
    evidence: [41, 6],
  });
  expect(of(output, 'alert')).toMatchObject([
    {
      rules: ['tag-mutation', 'provenance-gap', 'publisher-new'],
      disposition: 'page',
      subject: 'tag:lab/tool:1.3.0',
      line: 41,
      findings: 3,
    },
  ]);
  expect(output.at(-1)).toEqual({
    kind: 'summary',
    events: 41,
    rejected: 0,
    findings: 3,
    alerts: 1,
    pages: 1,
    awaiting: 0,
    seconds: 0,
  });
});

test('says the same twice', async () => {
  expect(await replay(attack())).toEqual(await replay(attack()));
});

test('counts lines that are no events, says why, and goes on', async () => {
  const lines = attack();
  const bad = [
    '{',
    '[]',
    '"x"',
    '{"specversion":"1.0"}',
    lines[1]?.replace('"type":"artifact', '"type":"artifice') ?? '',
  ];
  const own = JSON.stringify({
    specversion: '1.0',
    id: 'x',
    source: 'urn:provost',
    type: 'checkpoint.published',
    data: { shard: 0, size: 1, rootHash: 'x', where: 'x' },
  });
  const { output, rejected } = await replay([...bad, own, ...lines]);
  expect(rejected.map(([line, { code }]) => [line, code])).toEqual([
    [1, 'json.syntax'],
    [2, 'event.envelope'],
    [3, 'event.envelope'],
    [4, 'event.envelope'],
    [5, 'event.unknown-type'],
    [6, 'event.type-reserved'],
  ]);
  expect(output.at(-1)).toMatchObject({ rejected: 6, events: 41, findings: 3 });
  expect(of(output, 'finding')[0]?.line).toBe(41 + 6);
});

/** Builds follow their pushes here, but for the last. */
const unbuilt = (repository?: string) =>
  story(repository)
    .times(20, (told, turn) =>
      told.days(1).push(`1.${turn}.0`, `late-${turn}`).hours(0.2).build(`late-${turn}`),
    )
    .days(1)
    .push('2.0.0', 'forged');

test('a push that may still get its build at the end is counted, and no time is made up', async () => {
  const { output } = await replay(sent(unbuilt()));
  expect(output.at(-1)).toMatchObject({ findings: 0, awaiting: 1 });
  const { io, results, notes } = captured();
  await replayCommand(
    { file: fileOf(sent(unbuilt()).join('\n')) },
    { ...io, result: (value, text) => results.push(value, text) },
  );
  expect(notes).toEqual([]);
  expect(results.at(-1)).toContain('1 pushes still awaiting their explanation');
});

test('what was due by the last line is judged there, in a project that had gone quiet too', async () => {
  const lines = sent(unbuilt());
  const others = sent(story('sea/tool').days(30).push('1.0.0', 'one')).map((line) =>
    line.replace('"id":"', '"id":"sea-'),
  );
  const { output } = await replay([...lines, ...others]);
  const at = lines.length + others.length;
  expect(of(output, 'finding').map(({ rule, line, evidence }) => [rule, line, evidence])).toEqual([
    ['provenance-gap', at, [lines.length]],
  ]);
  expect(of(output, 'alert')).toHaveLength(1);
  expect(output.at(-1)).toMatchObject({ events: at, findings: 1, alerts: 1, awaiting: 0 });
});

test('empty lines count as lines and as nothing else', async () => {
  const lines = attack().flatMap((line) => ['', line]);
  const { output, rejected } = await replay(lines);
  expect(rejected).toEqual([]);
  expect(of(output, 'finding')[0]?.line).toBe(82);
});

test('an event that is delivered twice is one event', async () => {
  const lines = attack();
  const { output } = await replay(lines.flatMap((line) => [line, line]));
  expect(output.at(-1)).toMatchObject({ events: 41, findings: 3 });
});

test('a governance file gives projects and immutable tags', async () => {
  const told = builtReleases('team/tool').push('paper', 'release-1').push('paper', 'release-2');
  const governance: Governance = {
    projects: [{ name: 'lab', repositories: ['team/*'], immutableTags: ['paper'] }],
  };
  expect((await replay(sent(told))).output).toHaveLength(1);
  const { output } = await replay(sent(told), { governance });
  expect(of(output, 'finding')).toMatchObject([{ rule: 'tag-mutation', disposition: 'ticket' }]);
});

test('an incident that has been quiet for a day is over, and the next is another', async () => {
  const told = builtReleases()
    .days(1)
    .push('1.3.0', 'foreign', 'stranger')
    .days(3)
    .push('1.4.0', 'worse', 'stranger');
  const { output } = await replay(sent(told));
  expect(of(output, 'alert').map(({ line }) => line)).toEqual([41, 42]);
  // The first is handed out when it is over, before the end of the file.
  expect(output.findIndex(({ kind }) => kind === 'alert')).toBeLessThan(output.length - 2);
});

test('the command reads plain and packed files alike', async () => {
  const text = attack().join('\r\n');
  const plain = captured();
  const packed = captured();
  expect(await replayCommand({ file: fileOf(text) }, plain.io)).toBe(0);
  expect(await replayCommand({ file: fileOf(gzipSync(text)) }, packed.io)).toBe(0);
  expect(plain.results).toHaveLength(5);
  expect(packed.results.slice(0, -1)).toEqual(plain.results.slice(0, -1));
});

test('the command takes a governance file, and refuses one that is wrong', async () => {
  const file = fileOf(attack().join('\n'));
  const { io, results } = captured();
  const config = fileOf('rules:\n  tag-mutation:\n    enabled: false\n');
  await replayCommand({ file, config }, io);
  expect(results).not.toContainEqual(expect.objectContaining({ rule: 'tag-mutation' }));
  await expect(replayCommand({ file, config: fileOf('rulez: 1\n') }, io)).rejects.toMatchObject({
    code: 'config.invalid',
  });
  await expect(replayCommand({}, io)).rejects.toMatchObject({ code: 'cli.usage' });
});

test('the command names the first rejected lines and counts the others; strictly, that is no success', async () => {
  const { io, notes, results } = captured();
  const file = fileOf('x\n'.repeat(25));
  expect(await replayCommand({ file }, io)).toBe(0);
  expect(results).toMatchObject([{ kind: 'summary', rejected: 25 }]);
  expect(notes).toHaveLength(21);
  expect(notes.at(-1)).toContain('5 further');
  expect(await replayCommand({ file, strict: true }, captured().io)).toBe(1);
});

test('lines are split wherever the chunks end, and one that never ends stays bounded', async () => {
  const text = 'one\r\n\ntwo é\nthree';
  for (let size = 1; size <= text.length + 1; size += 1) {
    const lines: string[] = [];
    for await (const line of readLines(chunksOf(text, size)))
      lines.push(Buffer.from(line).toString());
    expect(lines).toEqual(['one', '', 'two é', 'three']);
  }
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (let n = 0; n < 40; n += 1) yield Buffer.alloc(100_000, 0x61);
    yield Buffer.from('\nnext');
  }
  const lengths: number[] = [];
  for await (const line of readLines(endless())) lengths.push(line.byteLength);
  expect(lengths).toEqual([1024 * 1024 + 1, 4]);
});

const change = (fields: object) =>
  JSON.stringify({
    t: 1_600_000_000,
    repo: 'library/x',
    change: 'c',
    author: 'p',
    merger: 'm',
    ...fields,
  });

test('a line of a history is a build and its push, a push, a move, a removal or a listing', async () => {
  const { output, rejected } = await replay(
    [
      change({ kind: 'tag', tag: '1.0', from: null, to: 'aaaaaaaaaaaaaaaa', first: true }),
      change({
        kind: 'image',
        digest: 'bbbbbbbbbbbbbbbb',
        gitRepo: 'https://git.example/x',
        commit: 'c0ffee',
        builder: 'classic',
        dir: '1.0',
        file: 'Dockerfile',
        platforms: { 'linux-amd64': ['cccccccccccccccc', 'c0ffee'] },
      }),
      change({ kind: 'tag', tag: '1.0', from: 'aaaaaaaaaaaaaaaa', to: 'bbbbbbbbbbbbbbbb' }),
      change({ kind: 'tag', tag: '1.1', from: null, to: 'bbbbbbbbbbbbbbbb' }),
      change({ kind: 'tag', tag: '1.1', from: 'bbbbbbbbbbbbbbbb', to: null }),
      change({ kind: 'image', digest: 'dddddddddddddddd', children: ['bbbbbbbbbbbbbbbb'] }),
    ],
    { format: 'history' },
  );
  expect(rejected).toEqual([]);
  expect(output).toMatchObject([{ kind: 'summary', events: 8 }]);
});

test('a damaged line of a history is rejected and never fatal', async () => {
  const bad = [
    '{}',
    'null',
    change({ kind: 'tag', tag: 'a b', from: null, to: 'aaaaaaaaaaaaaaaa' }),
    change({ kind: 'image' }),
    change({ kind: 'tag', tag: 'x', to: 'not hex' }),
    change({ kind: 'other' }),
    change({ t: -1, kind: 'tag' }),
    change({ kind: 'tag', repo: '../x' }),
  ];
  const { output, rejected } = await replay(bad, { format: 'history' });
  expect(rejected.map(([line]) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(output).toMatchObject([{ kind: 'summary', events: 0, rejected: 8 }]);
});

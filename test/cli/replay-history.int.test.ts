import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { replayEvents } from '../../services/cli/replay/replay-events.ts';
import type { ReplayLine } from '../../services/cli/replay/replay-lines.ts';

/** Two years of a real registry's ordinary work, read where it lies. */
const FILE = `${process.env['PROVOST_HISTORY'] ?? '../shared/history'}/official-images-2019-2020.ndjson.gz`;
const WARM_UP = 30 * 86_400;

type Change = {
  t: number;
  repo: string;
  kind: string;
  tag?: string;
  to?: string | null;
  author: string;
  first?: boolean;
};

function readHistory(skip: (reason: string) => never): readonly Change[] {
  if (!existsSync(FILE)) {
    console.warn(`skipped: ${FILE} is not here (PROVOST_HISTORY names its folder)`);
    return skip(`${FILE} is not here`);
  }
  const lines = gunzipSync(readFileSync(FILE)).toString('utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Change);
}

async function replay(changes: readonly Change[]): Promise<readonly ReplayLine[]> {
  async function* lines(): AsyncGenerator<Uint8Array> {
    for (const change of changes) yield Buffer.from(JSON.stringify(change));
  }
  const output: ReplayLine[] = [];
  const options = {
    governance: {},
    format: 'history',
    clock: { now: () => 0 },
    onRejected: (line: number) => expect.fail(`line ${line} was rejected`),
  } as const;
  for await (const line of replayEvents(lines(), options)) output.push(line);
  return output;
}

/** Whether the repository of each line has been seen for thirty days. */
function warmedUp(changes: readonly Change[]): readonly boolean[] {
  const since = new Map<string, number>();
  return changes.map(({ repo, t }) => {
    const first = since.get(repo) ?? t;
    since.set(repo, first);
    return t - first >= WARM_UP;
  });
}

test('ordinary work of a real registry wakes nobody and makes little work', async (context) => {
  const changes = readHistory((reason) => context.skip(reason));
  const warm = warmedUp(changes);
  const judged = warm.filter(Boolean).length;
  const alerts = (await replay(changes)).filter(
    (line) => line.kind === 'alert' && warm[line.line - 1],
  );
  const per10k = (disposition: string) =>
    (alerts.filter((alert) => 'disposition' in alert && alert.disposition === disposition).length *
      10_000) /
    judged;
  expect(judged).toBeGreaterThan(25_000);
  expect(per10k('page')).toBeLessThanOrEqual(1);
  expect(per10k('ticket')).toBeLessThanOrEqual(20);
});

test.for([1, 2, 3, 4, 5])(
  'a version tag moved to a digest that nothing explains pages at that line (seed %i)',
  async (seed, context) => {
    const changes = readHistory((reason) => context.skip(reason));
    const { planted, attacks } = plant(changes, seed);
    const findings = (await replay(planted)).filter((line) => line.kind === 'finding');
    const paged = new Set(
      findings.flatMap((line) =>
        'disposition' in line && 'line' in line && line.disposition === 'page' ? [line.line] : [],
      ),
    );
    const found = attacks.filter((line) => paged.has(line));
    expect(attacks.length).toBeGreaterThanOrEqual(25);
    expect(found.length / attacks.length).toBeGreaterThanOrEqual(0.95);
  },
);

/** Copies the history with thirty moves of a version tag to foreign digests, by strangers and by usual authors. */
function plant(changes: readonly Change[], seed: number) {
  const random = mulberry(seed);
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const places = new Set(
    Array.from({ length: 30 }, () => 8000 + Math.floor(random() * (changes.length - 8010))),
  );
  const tags = new Map<string, Map<string, string>>();
  const authors = new Map<string, string[]>();
  const warm = warmedUp(changes);
  const since = new Map<string, boolean>();
  const planted: Change[] = [];
  const attacks: number[] = [];
  for (const [index, change] of changes.entries()) {
    planted.push(change);
    since.set(change.repo, warm[index] ?? false);
    if (change.kind === 'tag' && change.tag !== undefined) {
      const of = tags.get(change.repo) ?? new Map<string, string>();
      tags.set(change.repo, of);
      if (change.to) of.set(change.tag, change.to);
      else of.delete(change.tag);
      if (change.first !== true) {
        authors.set(change.repo, [...(authors.get(change.repo) ?? []).slice(-20), change.author]);
      }
    }
    if (!places.has(index)) continue;
    const targets = [...tags].flatMap(([repo, of]) => {
      const versions = [...of].filter(([tag]) => /^v?\d+\.\d+\.\d+/.test(tag));
      return since.get(repo) === true && versions.length > 0 ? [{ repo, versions }] : [];
    });
    const target = pick(targets);
    const version = target && pick(target.versions);
    if (target === undefined || version === undefined) continue;
    const [tag, from] = version;
    const author =
      random() < 0.5 ? 'p-stranger' : (pick(authors.get(target.repo) ?? []) ?? 'p-stranger');
    const to = Math.floor(random() * 2 ** 48)
      .toString(16)
      .padStart(16, 'f');
    planted.push({ t: change.t, repo: target.repo, kind: 'tag', tag, author, ...{ from }, to });
    attacks.push(planted.length);
  }
  return { planted, attacks };
}

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

import { expect, test } from 'vitest';
import { ATTACK_KINDS } from '../../bench/detection/attack-kinds.ts';
import type { HistoryLine } from '../../bench/detection/history-line.ts';
import { plantAttacks, YOUNG_SECONDS } from '../../bench/detection/plant-attacks.ts';
import { parseHistoryLine } from '../../services/cli/replay/history-events.ts';

const DAY = 86_400;
const START = 1_600_000_000;

/** Two years of twelve repositories: each releases every four days and moves `latest`. */
function releases(): readonly HistoryLine[] {
  const lines: HistoryLine[] = [];
  for (let release = 0; release < 180; release += 1) {
    for (let place = 0; place < 12; place += 1) {
      const common = {
        t: START + release * 4 * DAY + place * 60,
        repo: `library/tool-${place}`,
        change: 'c0ffee',
        author: `p-${place}`,
        merger: 'p-merger',
      };
      const digest = (place * 1000 + release).toString(16).padStart(16, '0');
      const before = (place * 1000 + release - 1).toString(16).padStart(16, '0');
      lines.push({
        ...common,
        kind: 'image',
        digest,
        gitRepo: `https://git.example/tool-${place}.git`,
        commit: digest,
        dir: '.',
        file: 'Dockerfile',
        builder: 'classic',
        platforms: { amd64: [`a${digest.slice(1)}`, digest] },
      });
      lines.push({ ...common, kind: 'tag', tag: `1.${release}.0`, from: null, to: digest });
      const from = release === 0 ? null : before;
      lines.push({ ...common, kind: 'tag', tag: 'latest', from, to: digest });
    }
  }
  return lines;
}

const history = releases();

test('plants the same attacks for the same seed, and others for another', () => {
  const first = plantAttacks(history, 1);
  expect(JSON.stringify(plantAttacks(history, 1))).toBe(JSON.stringify(first));
  expect(JSON.stringify(plantAttacks(history, 2))).not.toBe(JSON.stringify(first));
});

test('plants several of each kind, none in the first days of its repository', () => {
  const { lines, attacks } = plantAttacks(history, 3);
  for (const kind of ATTACK_KINDS) {
    expect(attacks.filter((attack) => attack.kind === kind).length, kind.name).toBeGreaterThan(2);
  }
  for (const attack of attacks) {
    expect(attack.lines).toContain(attack.known);
    for (const number of attack.lines) {
      const line = lines[number - 1];
      expect(line?.repo).toBe(attack.repository);
      expect((line?.t ?? 0) - START).toBeGreaterThan(YOUNG_SECONDS);
    }
  }
});

test('keeps every line of the history that still changes something, in the order of time', () => {
  const { lines, attacks } = plantAttacks(history, 4);
  const own = new Set(attacks.flatMap((attack) => attack.lines));
  const kept = lines.filter((_line, index) => !own.has(index + 1));
  expect(kept.length).toBeGreaterThan(history.length * 0.99);
  expect(kept.length).toBeLessThanOrEqual(history.length);
  for (let index = 1; index < lines.length; index += 1) {
    expect(lines[index]?.t ?? 0).toBeGreaterThanOrEqual(lines[index - 1]?.t ?? 0);
  }
});

test('says of every tag where it really was before, and only what a replay can read', () => {
  const { lines } = plantAttacks(history, 5);
  const tags = new Map<string, string | null>();
  lines.forEach((line, index) => {
    expect(parseHistoryLine(Buffer.from(JSON.stringify(line)), index + 1).ok).toBe(true);
    if (line.kind !== 'tag') return;
    const key = `${line.repo}:${line.tag}`;
    expect(line.from).toBe(tags.get(key) ?? null);
    tags.set(key, line.to ?? null);
  });
});

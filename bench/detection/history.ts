import { existsSync } from 'node:fs';
import { type Measure, valueMeasure } from '../measure.ts';
import { ATTACK_KINDS } from './attack-kinds.ts';
import { HISTORY_PATH, type HistoryLine, readHistory } from './history-line.ts';
import { type PlantedAttack, plantAttacks, YOUNG_SECONDS } from './plant-attacks.ts';
import { type Replayed, replay } from './replay.ts';

/** What a benchmark tells people beside its measures, on stderr: which line said what. */
export type Note = (text: string) => void;

/**
 * Measures the detectors on a real registry's two years: what they ask of people where nothing ever happened, and which
 * planted attacks they find at the first line at which they can be known.
 */
export async function* benchHistory(note: Note, seeds: readonly number[]): AsyncGenerator<Measure> {
  if (!existsSync(HISTORY_PATH)) {
    process.stderr.write(`no history at ${HISTORY_PATH} (PROVOST_HISTORY); skipped\n`);
    return;
  }
  const history = readHistory(HISTORY_PATH);
  yield* untouched(history, note);
  yield* planted(history, note, seeds);
}

async function* untouched(history: readonly HistoryLine[], note: Note): AsyncGenerator<Measure> {
  const old = oldLines(history);
  const { alerts } = await replay(history, 'history');
  const counted = alerts.filter((alert) => old.has(alert.line));
  for (const { line, disposition, rules, subject } of counted) {
    if (disposition !== 'log')
      note(`line ${line} ${disposition}: ${rules.join(', ')} · ${subject}`);
  }
  const per = (disposition: string): number =>
    (counted.filter((alert) => alert.disposition === disposition).length * 10_000) / old.size;
  yield valueMeasure('real history: pages', per('page'), 'per 10,000 changes', { atMost: 1 });
  yield valueMeasure('real history: tickets', per('ticket'), 'per 10,000 changes', { atMost: 20 });
}

/** Numbers of the lines that come after their repository's first days. */
function oldLines(history: readonly HistoryLine[]): ReadonlySet<number> {
  const since = new Map<string, number>();
  const old = new Set<number>();
  history.forEach(({ repo, t }, index) => {
    since.set(repo, since.get(repo) ?? t);
    if (t - (since.get(repo) ?? t) > YOUNG_SECONDS) old.add(index + 1);
  });
  return old;
}

async function* planted(
  history: readonly HistoryLine[],
  note: Note,
  seeds: readonly number[],
): AsyncGenerator<Measure> {
  const verdicts: Verdict[] = [];
  for (const seed of seeds) {
    const { lines, attacks } = plantAttacks(history, seed);
    const replayed = await replay(lines, 'history');
    for (const attack of attacks) {
      const verdict = judge(attack, replayed);
      verdicts.push(verdict);
      const missed = attack.kind.pages === 'never' ? verdict.paged : !verdict.paged;
      if (missed) note(`seed ${seed} ${describe(verdict)}`);
    }
  }
  for (const kind of ATTACK_KINDS) {
    const own = verdicts.filter(({ attack }) => attack.kind === kind);
    const share = (test: (verdict: Verdict) => boolean): number =>
      own.length === 0 ? 0 : own.filter(test).length / own.length;
    const paged = share((verdict) => verdict.paged);
    const name = `planted (${own.length}): ${kind.name}`;
    if (kind.pages === 'never') {
      yield valueMeasure(`${name}, paged`, paged, 'share', { atMost: 0 });
      continue;
    }
    yield valueMeasure(`${name}, paged in time`, paged, 'share', {
      atLeast: kind.pages === 'always' ? 0.95 : 0,
    });
    yield valueMeasure(
      `${name}, at least a ticket in time`,
      share((verdict) => verdict.told),
      'share',
      {
        atLeast: 0.95,
      },
    );
  }
}

type Verdict = {
  readonly attack: PlantedAttack;
  readonly paged: boolean;
  readonly told: boolean;
  readonly rules: readonly string[];
};

/** In time is: at one of its own lines, and no later than the one at which it can be known. */
function judge(attack: PlantedAttack, { findings }: Replayed): Verdict {
  const mine = new Set(
    attack.kind.pages === 'never'
      ? attack.lines
      : attack.lines.filter((line) => line <= attack.known),
  );
  const heard = findings.filter(({ line }) => mine.has(line));
  return {
    attack,
    paged: heard.some(({ disposition }) => disposition === 'page'),
    told: heard.some(({ disposition }) => disposition !== 'log'),
    rules: [...new Set(heard.map(({ rule, disposition }) => `${rule}=${disposition}`))],
  };
}

function describe({ attack, rules }: Verdict): string {
  const said = rules.length === 0 ? 'nothing' : rules.join(', ');
  return `line ${attack.known} ${attack.repository} ${attack.kind.name}: ${said}`;
}

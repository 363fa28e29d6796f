import type { Finding } from '../../../services/core/finding.ts';
import type { EntryRef } from '../project-view.ts';

/** Findings that belong together, so that weak signs of one story add up. */
export type CasesView = {
  /** Oldest first. */
  readonly open: Case[];
};

export type Case = {
  /** What its findings share: actors, digests, repositories, packages, git repositories. */
  keys: string[];
  since: number;
  last: number;
  /** The strongest finding of each class, in the order in which the classes appeared. */
  parts: CasePart[];
  /** A single finding has woken somebody, or the parts together have. */
  paged: boolean;
};

export type CasePart = {
  readonly detector: string;
  readonly rule: string;
  readonly score: number;
  readonly title: string;
  readonly at: number;
  readonly actor: string;
  readonly sensor: Sensor;
  readonly ref: EntryRef;
};

/** Who saw it: signs that several kinds of producers saw are harder to fake and rarer to coincide. */
export type Sensor = 'registry' | 'build' | 'evidence' | 'source' | 'access' | 'package' | 'run';

const MAX_CASES = 64;
const MAX_KEYS = 24;
const MAX_PARTS = 16;
/** A case takes further findings until it has been quiet for so long. */
const QUIET = 12 * 3_600_000;
/** Weaker findings, and those that something explains, are no signs. */
const LEAST_SCORE = 0.2;
const CLEARED = -0.3;

export function createCasesView(): CasesView {
  return { open: [] };
}

/** The case that a finding belongs to as it would be with it; the view does not change. */
export function caseWith(view: CasesView, sign: Sign): { known: Case | undefined; next: Case } {
  const keys = keysOf(sign.finding);
  const known = view.open.find(
    (open) => sign.at - open.last <= QUIET && keys.some((key) => open.keys.includes(key)),
  );
  const parts = mergePart(known?.parts ?? [], partOf(sign));
  return {
    known,
    next: {
      keys: [...new Set([...(known?.keys ?? []), ...keys])].slice(-MAX_KEYS),
      since: Math.min(known?.since ?? sign.at, sign.at),
      last: Math.max(known?.last ?? sign.at, sign.at),
      parts,
      paged: (known?.paged ?? false) || sign.finding.disposition === 'page',
    },
  };
}

/** A finding, when the judged event happened, who saw it, and the entry. */
export type Sign = {
  readonly finding: Finding;
  readonly at: number;
  readonly sensor: Sensor;
  readonly ref: EntryRef;
};

/** Whether a finding counts towards a case. */
export function isSign({ detector, score, context }: Finding): boolean {
  const cleared = context.reduce((sum, { effect }) => sum + Math.min(0, effect), 0);
  return !detector.startsWith('C') && score.final >= LEAST_SCORE && cleared > CLEARED;
}

/** Puts the case into the view, in place of the one that it grew from. */
export function keepCase(view: CasesView, known: Case | undefined, next: Case): void {
  if (known !== undefined) {
    Object.assign(known, next);
    return;
  }
  const warm = view.open.filter(({ last }) => next.last - last <= QUIET);
  view.open.splice(0, view.open.length, ...warm.slice(1 - MAX_CASES), next);
}

function partOf({ finding, at, sensor, ref }: Sign): CasePart {
  const { detector, rule, score, title, actor = '' } = finding;
  return { detector, rule, score: score.final, title, at, actor, sensor, ref };
}

function mergePart(parts: readonly CasePart[], part: CasePart): CasePart[] {
  const same = parts.findIndex(({ detector }) => detector === part.detector);
  if (same === -1) return [...parts, part].slice(0, MAX_PARTS);
  const stronger = (parts[same]?.score ?? 0) >= part.score ? parts : parts.with(same, part);
  return [...stronger];
}

function keysOf({ subject, actor }: Finding): readonly string[] {
  const who = actor ?? subject.principal ?? '';
  return [
    who === '' ? '' : `actor:${who}`,
    subject.digest === undefined ? '' : `digest:${subject.digest}`,
    subject.repository === undefined ? '' : `repository:${subject.repository}`,
    subject.kind === 'package' || subject.kind === 'source-ref' ? subject.key : '',
  ].filter((key) => key !== '');
}

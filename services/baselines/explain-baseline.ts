import type { LearnedAspect } from '../../detectors/view/baselines/learned/learned-aspect.ts';
import { type Aspect, aspectsOf } from '../core/baseline/baseline.ts';
import {
  type BaselineVersion,
  type DeclaredBaseline,
  type EntryLink,
  type ExplanationReason,
  linkTo,
} from './baseline-view.ts';
import { wordsOf } from './diff/to-baseline-diff.ts';

/** Why something is known good: every declaration and every habit, with the entries that it rests on. */
export function explainBaseline(
  declared: readonly DeclaredBaseline[],
  learned: readonly LearnedAspect[],
  asked: {
    readonly aspect?: Aspect | undefined;
    readonly requires: 'learned' | 'declared';
    readonly learning: { readonly observations: number; readonly days: number };
  },
): ExplanationReason[] {
  const isAsked = (aspect: Aspect) => asked.aspect === undefined || asked.aspect === aspect;
  return [
    ...declared.flatMap((baseline) =>
      baseline.versions
        .filter(({ status }) => status === 'approved')
        .flatMap((version) => explainVersion(baseline, version)),
    ),
    ...learned.map((aspect) => explainHabit(aspect, asked)),
  ].filter(({ aspect }) => isAsked(aspect));
}

function explainVersion(baseline: DeclaredBaseline, version: BaselineVersion): ExplanationReason[] {
  const { baselineId, scope } = baseline;
  const { proposed, approved, mode, document, evidence } = version;
  const isSigned = mode === 'source' && document !== undefined;
  const file = isSigned
    ? `, defined in a file that ${document.key ?? 'a known key'} signed (${document.digest})`
    : '';
  const day = approved?.at.slice(0, 10) ?? 'another day';
  const second =
    isSigned && approved?.by === document.key
      ? `its signature put it in force on ${day}`
      : `${approved?.by ?? 'somebody else'} approved it on ${day}`;
  const part = scope.tags === undefined ? undefined : `tags ${scope.tags.join(', ')}`;
  const entries = [proposed.entry, approved?.entry].filter(isLink);
  return aspectsOf(version.value).flatMap((aspect): readonly ExplanationReason[] => {
    const expectation = version.value[aspect];
    if (expectation === undefined) return [];
    return [
      {
        aspect,
        ...(part === undefined ? {} : { part }),
        mode,
        expectation,
        holds: true,
        why: `${proposed.by} proposed ${wordsOf(expectation)} on ${proposed.at.slice(0, 10)} and ${second}${file}`,
        baselineId,
        entries: [...entries, ...evidence],
      },
    ];
  });
}

function explainHabit(
  learned: LearnedAspect,
  asked: {
    readonly requires: 'learned' | 'declared';
    readonly learning: { readonly observations: number; readonly days: number };
  },
): ExplanationReason {
  const { aspect, part, expectation, observations, consistent, confidence, established } = learned;
  const { learning } = asked;
  const days = Math.floor((learned.until - learned.since) / 86_400_000);
  const seen = `${consistent} of ${observations} observations in ${days} days agree on ${wordsOf(expectation)}`;
  const stands = established
    ? asked.requires === 'declared'
      ? 'the project counts only declared baselines'
      : 'that is enough to count'
    : `not yet enough: ${learning.observations} observations over ${learning.days} days are asked for, nine of ten in agreement`;
  return {
    aspect,
    ...(part === undefined ? {} : { part }),
    mode: 'learned',
    expectation,
    holds: established && asked.requires === 'learned',
    why: `${seen}; ${stands}`,
    confidence,
    entries: learned.evidence.map((ref) => linkTo(ref, 'an observation')),
  };
}

function isLink(entry: EntryLink | undefined): entry is EntryLink {
  return entry !== undefined;
}

import type { Observed } from '../../../detectors/view/baselines/learned/learned-aspect.ts';
import { DAY } from '../../../detectors/view/limits.ts';
import { MAX_EVIDENCE, toObserved } from './habit-of.ts';
import type { Reading } from './habit-reader.ts';

const MAX_DIGESTS = 64;

/** Changes on the busiest day; readings come oldest first, here and below. */
export function rateHabit(readings: readonly Reading[]): readonly Observed[] {
  const changes = changesIn(readings);
  const days = new Map<number, number>();
  for (const { at } of changes) {
    const day = Math.floor(at / DAY);
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  if (days.size < 2) return [];
  const expectation = { max: Math.max(...days.values()) };
  return [toObserved('rate', { expectation, agrees: () => true }, withoutValues(changes))];
}

/** The digests that the tags have, and whether the tags stay where they are, counted in days with a change. */
export function tagHabits(readings: readonly Reading[]): readonly Observed[] {
  const tags = new Map<string, { digest: string; moves: number; ref: Reading['ref'] }>();
  const days = new Map<number, boolean>();
  const changes = changesIn(readings);
  for (const { sets, digests, at, ref } of changes) {
    const [digest = ''] = digests;
    for (const tag of sets) {
      const known = tags.get(tag);
      if (known?.digest === digest) continue;
      const day = Math.floor(at / DAY);
      days.set(day, days.get(day) === true || known !== undefined);
      tags.delete(tag);
      tags.set(tag, { digest, moves: known === undefined ? 0 : known.moves + 1, ref });
    }
  }
  if (tags.size === 0) return [];
  const newest = [...tags.values()].slice(-MAX_DIGESTS);
  const span = { since: changes[0]?.at ?? 0, until: changes.at(-1)?.at ?? 0 };
  const evidence = newest.slice(-MAX_EVIDENCE).map(({ ref }) => ref);
  const moveDays = [...days.values()].filter((moved) => moved).length;
  const stays = moveDays <= days.size / 2;
  return [
    {
      aspect: 'digests',
      expectation: [...new Set(newest.map(({ digest }) => digest))],
      observations: tags.size,
      consistent: [...tags.values()].filter(({ moves }) => moves === 0).length,
      ...span,
      evidence,
    },
    {
      aspect: 'tag-behaviour',
      expectation: [stays ? 'immutable' : 'moving'],
      observations: days.size,
      consistent: stays ? days.size - moveDays : moveDays,
      ...span,
      evidence,
    },
  ];
}

/** Whether what gets a tag gets a verified attestation, too. */
export function attestationHabit(readings: readonly Reading[]): readonly Observed[] {
  const attested = new Set(
    readings.flatMap(({ values, digests }) => (values.has('attestation') ? digests : [])),
  );
  const first = new Map<string, Reading>();
  for (const change of changesIn(readings)) {
    const [digest = ''] = change.digests;
    if (change.sets.length > 0 && !first.has(digest)) first.set(digest, change);
  }
  if (first.size < 2) return [];
  const known = [...first].filter(([digest]) => attested.has(digest)).length;
  const always = known >= first.size / 2;
  const isAsUsual = (digest: string) => attested.has(digest) === always;
  const agreeing = [...first].flatMap(([digest, { ref }]) => (isAsUsual(digest) ? [ref] : []));
  const moments = [...first.values()].map(({ at }) => at);
  return [
    {
      aspect: 'attestation',
      expectation: [always ? 'always' : 'none'],
      observations: first.size,
      consistent: agreeing.length,
      since: moments[0] ?? 0,
      until: moments.at(-1) ?? 0,
      evidence: agreeing.slice(-MAX_EVIDENCE),
    },
  ];
}

function changesIn(readings: readonly Reading[]): readonly Reading[] {
  return readings.filter(({ type }) => type === 'artifact.pushed' || type === 'tag.moved');
}

function withoutValues(readings: readonly Reading[]) {
  return readings.map(({ ref, at }) => ({ ref, at, values: [] }));
}

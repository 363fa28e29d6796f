import { observeAspect } from '../../../detectors/baseline-violation/observe-aspect.ts';
import {
  type Circumstances,
  circumstancesOf,
  isInScope,
  tagsInScope,
} from '../../../detectors/view/baselines/in-scope.ts';
import type { Observed } from '../../../detectors/view/baselines/learned/learned-aspect.ts';
import { actorOf, refOf, tagChangesOf, timeOf } from '../../../detectors/view/entry-facts.ts';
import type { EntryRef } from '../../../detectors/view/project-view.ts';
import { ASPECTS, type Aspect, type BaselineScope } from '../../core/baseline/baseline.ts';
import type { EventType } from '../../core/events/catalogue.ts';
import type { Entry, ProvostEvent } from '../../core/events/event.ts';
import { isAttestation } from '../is-attestation.ts';
import { habitOf, type Sighting, toObserved } from './habit-of.ts';
import { attestationHabit, rateHabit, tagHabits } from './push-habits.ts';

/** Entries that say something of a repository's habits. */
export const HABIT_TYPES: readonly EventType[] = [
  'artifact.pushed',
  'tag.moved',
  'artifact.inspected',
  'build.finished',
  'attestation.attached',
  'signature.attached',
];

/** What people can be told of from the view; of a part of a repository it knows none of them. */
const FROM_VIEW: ReadonlySet<Aspect> = new Set([
  'digests',
  'tag-behaviour',
  'source-repository',
  'builder',
  'signer',
  'attestation',
  'publishers',
  'clients',
]);

/** An entry without what nobody asks of it: a reader holds thousands. */
export type Reading = {
  readonly ref: EntryRef;
  readonly at: number;
  readonly type: EventType;
  readonly circumstances: Circumstances;
  /** Digests that it is about; the tags that they have are its own where it sets none. */
  readonly digests: readonly string[];
  /** Tags that it points to its digest. */
  readonly sets: readonly string[];
  readonly values: ReadonlyMap<Aspect, readonly string[]>;
};

export type HabitReader = {
  readonly add: (entry: Entry) => void;
  /** What the entries have in common, in whatever order they came; of a part of the repository, every aspect. */
  readonly habits: (scope: BaselineScope) => readonly Observed[];
  readonly size: () => number;
  /** When the oldest of them happened; undefined before the first. */
  readonly since: () => number | undefined;
};

/** Gathers what entries of one repository say of its habits. */
export function createHabitReader(): HabitReader {
  const readings: Reading[] = [];
  const texts = new Map<string, string>();
  const share = (text: string): string => {
    const known = texts.get(text);
    if (known === undefined) texts.set(text, text);
    return known ?? text;
  };
  return {
    add: (entry) => {
      const reading = readEntry(entry, share);
      if (reading !== undefined) readings.push(reading);
    },
    habits: (scope) => {
      const sorted = [...readings].sort((a, b) => a.at - b.at || a.ref.index - b.ref.index);
      return Object.keys(scope).length === 0
        ? habitsOf(sorted, (aspect) => !FROM_VIEW.has(aspect))
        : habitsOf(narrow(sorted, scope), () => true);
    },
    size: () => readings.length,
    since: () =>
      readings.length === 0
        ? undefined
        : readings.reduce((at, one) => Math.min(at, one.at), Infinity),
  };
}

function readEntry(entry: Entry, share: (text: string) => string): Reading | undefined {
  const { event } = entry;
  if (event.type === 'build.finished' && event.data.outcome !== 'success') return undefined;
  const [at, actor] = [timeOf(event), actorOf(event)];
  const changes = tagChangesOf(event);
  const values = new Map<Aspect, readonly string[]>();
  for (const aspect of ASPECTS) {
    // Of these two an event says nothing without the others.
    if (aspect === 'tag-behaviour' || aspect === 'rate') continue;
    const found = observeAspect(aspect, event, { repository: undefined, at, actor });
    if (found.length > 0) values.set(aspect, found.map(share));
  }
  if (isAttestation(event)) values.set('attestation', ['always']);
  const tags = tagsSaid(
    event,
    changes.map(({ tag }) => tag),
  );
  return {
    ref: refOf(entry),
    at,
    type: event.type,
    circumstances: circumstancesOf(event, tags.map(share), share(actor)),
    digests: digestsOf(event).map(share),
    sets: changes.map(({ tag }) => share(tag)),
    values,
  };
}

function tagsSaid(event: ProvostEvent, sets: readonly string[]): readonly string[] {
  return event.type === 'build.finished'
    ? (event.data.outputs ?? []).flatMap(({ tags = [] }) => tags)
    : sets;
}

function digestsOf(event: ProvostEvent): readonly string[] {
  switch (event.type) {
    case 'tag.moved':
      return [event.data.to];
    case 'build.finished':
      return (event.data.outputs ?? []).map(({ digest }) => digest);
    case 'artifact.pushed':
    case 'artifact.inspected':
    case 'attestation.attached':
    case 'signature.attached':
      return [event.data.digest];
    // The other types are not read.
    default:
      return [];
  }
}

/** The readings of a part of the repository, with the tags that belong to it. */
function narrow(readings: readonly Reading[], scope: BaselineScope): readonly Reading[] {
  const tagged = new Map<string, Set<string>>();
  for (const { sets, digests } of readings) {
    const [digest] = digests;
    if (digest === undefined || sets.length === 0) continue;
    const tags = tagged.get(digest) ?? new Set();
    for (const tag of sets) tags.add(tag);
    tagged.set(digest, tags);
  }
  return readings.flatMap((reading) => {
    const { circumstances, digests, sets } = reading;
    const held =
      sets.length > 0 ? [] : digests.flatMap((digest) => [...(tagged.get(digest) ?? [])]);
    const tags = tagsInScope(scope, [...new Set([...circumstances.tags, ...held])]);
    if (!isInScope(scope, { ...circumstances, tags })) return [];
    return [{ ...reading, sets: tagsInScope(scope, sets) }];
  });
}

function habitsOf(
  readings: readonly Reading[],
  isWanted: (aspect: Aspect) => boolean,
): readonly Observed[] {
  const ofValues = ASPECTS.flatMap((aspect): readonly Observed[] => {
    if (!isWanted(aspect) || aspect === 'digests' || aspect === 'attestation') return [];
    const sightings = readings.flatMap(({ ref, at, values }): readonly Sighting[] => {
      const found = values.get(aspect);
      return found === undefined ? [] : [{ ref, at, values: found }];
    });
    const found = sightings.length < 2 ? undefined : habitOf(aspect, sightings);
    return found === undefined ? [] : [toObserved(aspect, found, sightings)];
  });
  return [
    ...ofValues,
    ...rateHabit(readings),
    ...(isWanted('digests') ? tagHabits(readings) : []),
    ...(isWanted('attestation') ? attestationHabit(readings) : []),
  ];
}

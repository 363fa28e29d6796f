import type { EventType } from '../../../services/core/events/catalogue.ts';
import type { Entry, ProvostEvent } from '../../../services/core/events/event.ts';
import { actorOf, refOf, tagChangesOf, timeOf } from '../../view/entry-facts.ts';
import { readAnnouncement } from '../../view/evolve-announcements.ts';
import { parseTime } from '../../view/parse-time.ts';
import type { Announcement, EntryRef } from '../../view/project-view.ts';
import { shareText } from '../../view/shared-text.ts';
import { readStatement, type Statement } from '../../view/taints/read-statement.ts';
import { digestKey, hashText } from '../../view/taints/use-keys.ts';
import { type Use, useOf } from '../../view/taints/uses-of.ts';
import { type LaneAct, laneActOf } from './lane-act.ts';

/**
 * All that the second lane needs of an entry. It is made when the entry is read, so that what waits for its turn takes
 * a fraction of the event; plain data, because a snapshot holds what waits.
 */
export type LaneFact = {
  readonly ref: EntryRef;
  readonly type: EventType;
  readonly project: string;
  /** When it was received, and when it happened as `timeOf` reads it: milliseconds since the epoch. */
  readonly received: number;
  readonly at: number;
  /** Who acted, or empty when the event does not say. */
  readonly actor: string;
  /** What was done; undefined for an event that nobody does. */
  readonly act: LaneAct | undefined;
  /** The tags that it points somewhere. */
  readonly moves: readonly TagMove[];
  readonly use: Use | undefined;
  /** Keys of the digests that it explains. */
  readonly explains: readonly number[];
  readonly statement: Statement | undefined;
  readonly announced: Announcement | undefined;
};

/** A tag and where it points from here on. */
export type TagMove = {
  readonly key: number;
  readonly repository: string;
  readonly tag: string;
  /** Where it pointed before, as the event says. */
  readonly from: number | undefined;
  readonly to: number;
};

const NO_MOVES: readonly TagMove[] = [];
const NO_KEYS: readonly number[] = [];

export function laneFactOf(entry: Entry): LaneFact {
  const { event } = entry;
  return {
    ref: refOf(entry),
    type: event.type,
    project: shareText(event.project),
    received: parseTime(event.receivedtime),
    at: timeOf(event),
    actor: actorOf(event),
    act: laneActOf(event),
    moves: movesOf(event),
    use: useOf(event),
    explains: explainedBy(event),
    statement: event.type === 'digest.tainted' ? readStatement({ ...entry, event }) : undefined,
    announced:
      event.type === 'change.announced' ? readAnnouncement({ ...entry, event }) : undefined,
  };
}

function movesOf(event: ProvostEvent): readonly TagMove[] {
  if (event.type === 'source.ref-updated') {
    const { sourceRepository, ref, before, after } = event.data;
    if (!ref.startsWith('refs/tags/') || !after) return NO_MOVES;
    return [moveOf(sourceRepository, ref.slice('refs/tags/'.length), before, after)];
  }
  const changes = tagChangesOf(event);
  if (changes.length === 0 || !('repository' in event.data)) return NO_MOVES;
  const repository = event.data.repository ?? '';
  return changes.map(({ tag, from, to }) => moveOf(repository, tag, from, to));
}

function moveOf(
  repository: string,
  tag: string,
  from: string | null | undefined,
  to: string,
): TagMove {
  return {
    key: hashText(`${repository}:${tag}`),
    repository,
    tag,
    from: from ? digestKey(from) : undefined,
    to: digestKey(to),
  };
}

/** A successful build and verified provenance explain digests. */
function explainedBy(event: ProvostEvent): readonly number[] {
  if (event.type === 'attestation.attached') {
    return event.data.verified ? [digestKey(event.data.digest)] : NO_KEYS;
  }
  if (event.type !== 'build.finished' || event.data.outcome !== 'success') return NO_KEYS;
  return (event.data.outputs ?? []).map(({ digest }) => digestKey(digest));
}

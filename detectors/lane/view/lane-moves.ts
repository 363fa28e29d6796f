import type { ProvostEvent } from '../../../services/core/events/event.ts';
import { tagChangesOf } from '../../view/entry-facts.ts';
import { digestKey, hashText } from '../../view/taints/use-keys.ts';
import type { LaneView } from './lane-view.ts';

/** A tag that goes from one digest or commit to another. */
export type Retag = {
  readonly key: number;
  readonly repository: string;
  readonly tag: string;
  readonly from: number | undefined;
  readonly to: number;
  /** Nothing says where the digest comes from. */
  readonly unexplained: boolean;
  /** It points again where it pointed before: that is what a cure does. */
  readonly back: boolean;
  /** How often the tag moved before, and when it got its present digest, as far as is known. */
  readonly moves: number;
  readonly since: number | undefined;
};

const NONE: readonly Retag[] = [];

/** The tags that the event points somewhere, as the lane knows them; new tags among them have no `from`. */
export function retagsOf(lane: LaneView, event: ProvostEvent): readonly Retag[] {
  if (event.type === 'source.ref-updated') return gitRetag(lane, event.data);
  if (!('repository' in event.data)) return NONE;
  const changes = tagChangesOf(event);
  if (changes.length === 0) return NONE;
  const repository = event.data.repository ?? '';
  return changes.map(({ tag, from, to }) =>
    retag(lane, repository, tag, from === undefined ? undefined : digestKey(from), digestKey(to)),
  );
}

function gitRetag(
  lane: LaneView,
  data: { sourceRepository: string; ref: string; before?: string | null; after?: string | null },
): readonly Retag[] {
  if (!data.ref.startsWith('refs/tags/') || !data.after) return NONE;
  const from = data.before ? digestKey(data.before) : undefined;
  const tag = data.ref.slice('refs/tags/'.length);
  return [retag(lane, data.sourceRepository, tag, from, digestKey(data.after))];
}

function retag(
  lane: LaneView,
  repository: string,
  tag: string,
  claimed: number | undefined,
  to: number,
): Retag {
  const key = hashText(`${repository}:${tag}`);
  const known = lane.tags.get(key);
  return {
    key,
    repository,
    tag,
    from: known?.digest ?? claimed,
    to,
    unexplained: !lane.explained.has(to),
    back: known?.before === to,
    moves: known?.moves ?? 0,
    since: known?.last,
  };
}

import { credentialReuseExamples } from '../../../detectors/examples/credential-reuse-examples.ts';
import { crossNamespaceRetagExamples } from '../../../detectors/examples/cross-namespace-retag-examples.ts';
import { crossProjectMassPullExamples } from '../../../detectors/examples/cross-project-mass-pull-examples.ts';
import { taintElsewhereExamples } from '../../../detectors/examples/taint-elsewhere-examples.ts';
import { partitionForKey } from '../../../services/bus/partition-for-key.ts';
import type { ProvostEvent } from '../../../services/core/events/event.ts';

const TELLERS = [
  crossNamespaceRetagExamples,
  crossProjectMassPullExamples,
  credentialReuseExamples,
  taintElsewhereExamples,
];

/**
 * The stories that fire, under names of their own and all ending within some hours, as one ledger would have received
 * them: in the order of their reception. Of each rule, all stories or the first.
 */
export function laneStories(of: 'all' | 'first' = 'all'): readonly ProvostEvent[] {
  const stories = TELLERS.flatMap((tell) => tell().fires.slice(0, of === 'all' ? undefined : 1))
    .map(({ given, when }) => [...given, when])
    .map((story, part) => story.map((event) => ({ ...event, id: `${part}-${event.id}` })));
  const end = Math.max(...stories.map((story) => receivedOf(story.at(-1))));
  const moved = stories.map((story, part) => {
    const shift = end + part * 20 * 60_000 - receivedOf(story.at(-1));
    return story.map((event) => rename(event, part, shift));
  });
  return inOrder(moved.flat());
}

export function receivedOf(event: ProvostEvent | undefined): number {
  return Date.parse(event?.receivedtime ?? '');
}

/** The events of each shard, in their order. */
export function inShards(
  events: readonly ProvostEvent[],
  count: number,
): readonly (readonly ProvostEvent[])[] {
  return Array.from({ length: count }, (_, shard) =>
    events.filter(({ project }) => partitionForKey(project, count) === shard),
  );
}

/** By reception, then source and id. */
export function inOrder(events: readonly ProvostEvent[]): readonly ProvostEvent[] {
  const keyOf = ({ receivedtime, source, id }: ProvostEvent) => `${receivedtime} ${source} ${id}`;
  return [...events].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

function rename(event: ProvostEvent, part: number, shift: number): ProvostEvent {
  const time = new Date(receivedOf(event) + shift).toISOString();
  const data = JSON.parse(
    JSON.stringify(event.data).replace(
      /"(name|tokenId)":"([^"]+)"/g,
      (_all, key: string, value: string) =>
        value.includes(':') || value.includes(' ')
          ? `"${key}":"${value}"`
          : `"${key}":"${value}-${part}"`,
    ),
  ) as ProvostEvent['data'];
  return {
    ...event,
    time,
    receivedtime: time,
    project: `${event.project}-${part}`,
    data,
  } as ProvostEvent;
}

import type { ContextDraft, JudgeContext } from '../detector.ts';
import type { RetagMove } from '../view/rhythm/retag-burst.ts';
import type { RetagBurst } from '../view/rhythm/rhythm-view.ts';
import { commitKey } from '../view/sources/commits.ts';
import { readPusher } from '../view/sources/pushers.ts';

/** Who moves the git tags, and whether they go back to where they were. */
export function refContext(
  context: JudgeContext,
  move: RetagMove,
  burst: RetagBurst,
): readonly ContextDraft[] {
  const { view, actor } = context;
  const refs = view.sources.repositories.get(move.place)?.refs;
  const tag = refs?.tags.get(move.tag);
  const back = tag?.before?.some((point) => point.commit === commitKey(move.to)) === true;
  const pusher = refs && readPusher(refs.pushers, actor);
  // The moves of this very burst make nobody known.
  const stranger = actor !== '' && (pusher === undefined || pusher.first >= burst.start);
  return [
    ...(back && tag !== undefined && actor !== '' && actor !== tag.by && !stranger
      ? [
          {
            kind: 'cure',
            reason: `${actor} points the tags back to where they were before ${tag.by || 'an unknown actor'} moved them`,
            effect: -0.6,
          },
        ]
      : []),
    ...(stranger
      ? [{ kind: 'publisher-new', reason: `${actor} has never pushed to this source`, effect: 0.1 }]
      : []),
  ];
}

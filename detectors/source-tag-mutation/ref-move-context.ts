import type { Disposition } from '../../services/core/finding.ts';
import type { ContextDraft } from '../detector.ts';
import { DAY } from '../view/limits.ts';
import { readPushers } from '../view/sources/pushers.ts';
import { isReachable, strayOf, wasSeen } from '../view/sources/ref-facts.ts';
import { excursionOf, type RefMove } from './ref-move.ts';

type Circumstances = {
  readonly context: readonly ContextDraft[];
  readonly atMost?: Disposition;
};

/** What makes the move of a tag worse, and what explains it. */
export function refMoveContext(move: RefMove): Circumstances {
  const back = wayBack(move);
  if (back !== undefined) return back;
  return { context: [...strangerContext(move), ...branchContext(move), ...repairContext(move)] };
}

/** Somebody else who points a tag back puts it right; who comes back alone only hides where the tag was. */
function wayBack(move: RefMove): Circumstances | undefined {
  const point = excursionOf(move);
  if (point === undefined) return undefined;
  if (move.by !== point.by) {
    return {
      context: [
        {
          kind: 'cure',
          reason: `${move.by || 'An unknown actor'} points the tag back to where it was before ${point.by || 'an unknown actor'} moved it; the excursion remains to be explained`,
          effect: -0.6,
        },
      ],
      atMost: 'log',
    };
  }
  return {
    context: [
      {
        kind: 'there-and-back',
        reason: `The actor who moved the tag away put it back after ${Math.max(1, Math.round((move.at - point.until) / 60_000))} minutes: who fetched it meanwhile got that`,
        effect: move.at - point.until < DAY ? 0.05 : -0.2,
      },
    ],
    atMost: 'ticket',
  };
}

function strangerContext({ refs, by }: RefMove): readonly ContextDraft[] {
  if (by === '') return [];
  const pushers = readPushers(refs.pushers);
  const hasTagger = [...pushers.values()].some(({ tags }) => tags > 0);
  if (!hasTagger || (pushers.get(by)?.tags ?? 0) > 0) return [];
  return [{ kind: 'publisher-new', reason: `${by} has never set a tag here`, effect: 0.1 }];
}

function branchContext({ refs, data, to }: RefMove): readonly ContextDraft[] {
  const stray = strayOf(refs, data, to);
  if (stray === undefined) return [];
  const { kind, observed } = stray;
  return [
    kind === 'on-no-branch'
      ? {
          kind,
          reason: `The commit is on no branch; those of the last ${observed} tags were`,
          effect: 0.3,
        }
      : {
          kind,
          reason: `The commit was never seen on a branch; those of the last ${observed} tags were`,
          effect: 0.15,
        },
  ];
}

/** Who made a tag within the last day and moves it to a commit of a branch repairs a release that few have fetched. */
function repairContext(move: RefMove): readonly ContextDraft[] {
  const { refs, known, by, at, to, data } = move;
  if (move.forbidden || known === undefined || known.moves > 0 || by === '' || known.by !== by)
    return [];
  if (at - known.last >= DAY || !(isReachable(data) ?? wasSeen(refs, to))) return [];
  return [
    {
      kind: 'just-made',
      reason: `${by} made the tag less than a day before and moves it to a commit of a branch`,
      effect: -0.3,
    },
  ];
}

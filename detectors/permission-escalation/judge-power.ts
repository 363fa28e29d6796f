import type { EventOf } from '../../services/core/events/event.ts';
import type { ContextDraft, FindingDraft, JudgeContext } from '../detector.ts';
import type { PrincipalView } from '../view/access/access-view.ts';
import { actOf, findPrincipal, momentOf } from '../view/access/act.ts';
import { DAY } from '../view/limits.ts';
import { isContainment } from './containment.ts';
import { describeEscalation } from './describe-escalation.ts';
import { observesGrants, situationOf, standingOf, YOUNG_PROJECT } from './standing.ts';

/** A change that is turned back within this time is over. */
const TURNED_BACK = 14 * DAY;
const YOUNG_REPOSITORY = 60 * DAY;
/** Removals of a day from which it is more than tidying up. */
const MANY = 5;

type PowerEvent = EventOf<
  | 'repository.visibility-changed'
  | 'repository.deleted'
  | 'artifact.deleted'
  | 'tag.deleted'
  | 'package.removed'
>;

/** Judges the use of a power: changing who sees a repository, removing it, or removing much of it. */
export function judgePower(context: JudgeContext, event: PowerEvent): readonly FindingDraft[] {
  const { view } = context;
  const { access } = view;
  const act = actOf(access, event);
  if (act === undefined) return [];
  const at = momentOf(view, context.at);
  const principal = findPrincipal(access, act.who);
  const deed = deedOf(context, event, principal, at);
  if (deed === undefined) return [];
  if (deed.narrows && isContainment(view, act.repository, act.who, at)) return [];
  const situation = situationOf(access, principal, act, at);
  const standing = standingOf(
    access,
    principal,
    deed.removal ? principal?.removals : principal?.privileged,
    at,
  );
  if (deed.removal && !observesGrants(access, at)) return [];
  if (deed.removal && !standing.some(({ kind }) => kind === 'no-grant')) return [];
  return [
    describeEscalation(context, {
      who: act.who,
      by: act.who,
      title: `${act.who} ${deed.words}`,
      message: `${act.who} ${deed.words}${act.repository === '' ? '' : ` (${act.repository})`}. ${[...standing, ...situation].map(({ reason }) => `${reason}.`).join(' ')}`,
      observed: { did: deed.words, by: act.who },
      expected: { grants: principal?.roles ?? [], grantsOnRecord: access.grants },
      evidence:
        principal?.granted === undefined
          ? []
          : [{ ...principal.granted.ref, role: 'the grant on record' }],
      base: deed.base,
      context: [...standing, ...situation, ...youthOf(context, event, act.who, at)],
      ...(deed.identity === undefined ? {} : { identity: deed.identity }),
      ...(at - access.since < YOUNG_PROJECT ? { atMost: 'log' as const } : {}),
      repository: act.repository === '' ? undefined : act.repository,
    }),
  ];
}

type Deed = {
  readonly words: string;
  readonly base: number;
  /** It takes something away and gives nobody anything. */
  readonly narrows: boolean;
  readonly removal: boolean;
  readonly identity?: readonly string[];
};

function deedOf(
  { view: { access } }: JudgeContext,
  event: PowerEvent,
  principal: PrincipalView | undefined,
  at: number,
): Deed | undefined {
  switch (event.type) {
    case 'repository.visibility-changed': {
      const { repository, to } = event.data;
      const last = access.visibility.get(repository);
      const from = event.data.from ?? last?.to ?? '';
      if (from === to) return undefined;
      // What was changed lately goes back to what it was.
      if (last?.from === to && at - last.at <= TURNED_BACK) return undefined;
      const narrows = RANK[to] < (RANK[from] ?? RANK.internal);
      const words = `made a repository ${to}${from === '' ? '' : ` that was ${from}`}`;
      return { words, base: 0.45, narrows, removal: false };
    }
    case 'repository.deleted':
      return { words: 'deleted a whole repository', base: 0.45, narrows: true, removal: false };
    case 'artifact.deleted':
    case 'tag.deleted':
    case 'package.removed': {
      const removals = principal?.removals;
      if (removals === undefined || removals.today !== MANY - 1 || removals.days > 1)
        return undefined;
      if (at - removals.lastDay >= DAY) return undefined;
      const identity = [event.source, String(removals.lastDay)];
      return {
        words: `removes much, never having removed anything before`,
        base: 0.4,
        narrows: true,
        removal: true,
        identity,
      };
    }
  }
}

const RANK: Readonly<Record<string, number>> &
  Readonly<Record<'public' | 'internal' | 'private', number>> = {
  private: 0,
  internal: 1,
  public: 2,
};

/** Who made a repository some weeks ago may well publish it now. */
function youthOf(
  { view }: JudgeContext,
  event: PowerEvent,
  who: string,
  at: number,
): readonly ContextDraft[] {
  if (event.type !== 'repository.visibility-changed') return [];
  const repository = view.repositories.get(event.data.repository);
  if (repository === undefined || at - repository.since > YOUNG_REPOSITORY) return [];
  if (at - view.access.since < YOUNG_REPOSITORY || !repository.publishers.has(who)) return [];
  return [
    {
      kind: 'young-repository',
      reason: 'The repository is new, and this is one of its publishers',
      effect: -0.2,
    },
  ];
}

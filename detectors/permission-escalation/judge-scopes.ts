import type { EventOf } from '../../services/core/events/event.ts';
import type { FindingDraft, JudgeContext } from '../detector.ts';
import { type Act, actOf, findPrincipal, isAddress, momentOf } from '../view/access/act.ts';
import { daysBefore } from '../view/access/learn-principal.ts';
import { describeEscalation } from './describe-escalation.ts';
import { isPowerfulScope } from './powerful.ts';
import {
  isEstablished,
  observesGrants,
  situationOf,
  standingOf,
  YOUNG_PROJECT,
} from './standing.ts';

/** Judges that somebody made a credential that can do more than its earlier ones. */
export function judgeScopes(
  context: JudgeContext,
  event: EventOf<'token.created'>,
): readonly FindingDraft[] {
  const { access } = context.view;
  const act = actOf(access, event);
  if (act === undefined || isAddress(act.who)) return [];
  const at = momentOf(context.view, context.at);
  const principal = findPrincipal(access, act.who);
  if (principal === undefined || principal.days === 0) return judgeUngranted(context, event, act);
  const { scopes = [], tokenId } = event.data;
  const known = principal.scopes ?? [];
  const wider = known.includes('*') ? [] : scopes.filter((scope) => !known.includes(scope));
  const powerful = wider.some(isPowerfulScope);
  const situation = situationOf(access, principal, act, at);
  const first = principal.mints === undefined && isEstablished(principal, at);
  const widened = known.length > 0 && wider.length > 0 && daysBefore(principal.mints, at) >= 1;
  // A first credential is ordinary, unless it is a mighty one or the account is not where it belongs.
  if (!widened && !(first && (powerful || situation.length > 0))) return [];
  return [
    describeEscalation(context, {
      who: act.who,
      by: act.who,
      title: `${act.who} makes a credential that can do more than before`,
      message: `${act.who} made the credential ${tokenId}${scopes.length === 0 ? '' : ` for ${scopes.slice(0, 8).join(', ')}`}. ${
        widened
          ? `Its credentials so far were for ${known.slice(-8).join(', ')}.`
          : `In ${principal.days} active days it never made one.`
      }`,
      observed: { credential: tokenId, scopes: scopes.slice(0, 32), wider: wider.slice(0, 32) },
      expected: { scopes: known },
      evidence:
        principal.lastMint === undefined
          ? []
          : [{ ...principal.lastMint.ref, role: 'the credential before' }],
      base: 0.3 + (powerful ? 0.15 : 0),
      context: situation,
      ...(at - access.since < YOUNG_PROJECT ? { atMost: 'log' as const } : {}),
      repository: event.data.repository,
    }),
  ];
}

/** A mighty credential of somebody whom nobody has seen, and who was given nothing where grants are on record. */
function judgeUngranted(
  context: JudgeContext,
  { data }: EventOf<'token.created'>,
  { who }: Act,
): readonly FindingDraft[] {
  const { access } = context.view;
  const { scopes = [], tokenId, repository } = data;
  const principal = findPrincipal(access, who);
  if (principal?.granted !== undefined || !scopes.some(isPowerfulScope)) return [];
  const at = momentOf(context.view, context.at);
  if (!observesGrants(access, at)) return [];
  return [
    describeEscalation(context, {
      who,
      by: who,
      title: `${who}, whom nobody has seen, makes a mighty credential`,
      message: `${who} made the credential ${tokenId} for ${scopes.slice(0, 8).join(', ')}. It was never seen in this project before today, and none of the ${access.grants} grants on record is for it.`,
      observed: { credential: tokenId, scopes: scopes.slice(0, 32) },
      expected: { grants: [], grantsOnRecord: access.grants },
      evidence: [],
      base: 0.45,
      context: standingOf(access, principal, principal?.mints, at),
      ...(at - access.since < YOUNG_PROJECT ? { atMost: 'log' as const } : {}),
      repository,
    }),
  ];
}

import type { EventOf } from '../../services/core/events/event.ts';
import type { ContextDraft, FindingDraft, JudgeContext } from '../detector.ts';
import { actOf, findPrincipal, momentOf } from '../view/access/act.ts';
import { roleOf } from '../view/access/learn-grants.ts';
import { daysBefore } from '../view/access/learn-principal.ts';
import { DAY } from '../view/limits.ts';
import { describeEscalation } from './describe-escalation.ts';
import { isPowerfulRole } from './powerful.ts';
import { holdsPower, situationOf, YOUNG_PROJECT } from './standing.ts';

/** Judges that somebody was given a role or joined a group. */
export function judgeGrant(
  context: JudgeContext,
  event: EventOf<'role.granted' | 'member.added'>,
): readonly FindingDraft[] {
  const { access } = context.view;
  const { data } = event;
  const at = momentOf(context.view, context.at);
  const subject = data.subject.name;
  const held = findPrincipal(access, subject);
  const given = roleOf(event);
  if (held?.roles?.includes(given) === true) return [];
  const act = actOf(access, event);
  const giver = act?.who ?? '';
  const principal = act === undefined ? undefined : findPrincipal(access, giver);
  const word = 'group' in data ? data.group : data.role;
  const powerful = isPowerfulRole(word);
  if (act === undefined && !powerful) return [];
  const self = giver === subject;
  const usual = daysBefore(principal?.grants, at) >= 2;
  const base = baseOf({ usual, self, powerful, observed: access.grants >= 3 });
  const unusual = !usual && access.grants >= 3;
  const circumstances: ContextDraft[] = [
    ...(holdsPower(principal) && !usual
      ? [
          {
            kind: 'giver-holds-power',
            reason: `A grant on record gives ${giver} the right to give`,
            effect: self ? -0.1 : -0.25,
          },
        ]
      : []),
    ...(unusual && act !== undefined && (principal === undefined || principal.days === 0)
      ? [{ kind: 'giver-unknown', reason: `${giver} was never seen in this project`, effect: 0.15 }]
      : []),
    ...(unusual && powerful && !self && (held === undefined || at - held.first < DAY)
      ? [{ kind: 'receiver-new', reason: `${subject} was never seen before today`, effect: 0.1 }]
      : []),
    ...(act === undefined ? [] : situationOf(access, principal, act, at)),
  ];
  return [
    describeEscalation(context, {
      who: subject,
      by: giver,
      title: self ? `${subject} gives itself ${word}` : `${subject} is given ${word}`,
      message: `${giver || 'Somebody'} ${self ? 'gave itself' : `gave ${subject}`} ${given}. ${
        usual
          ? `${giver} gives rights here as a habit.`
          : unusual
            ? `${giver || 'The giver'} was never seen to give rights here, where ${access.grants} grants are on record.`
            : 'Hardly any grant is on record here, so nobody can say who usually gives.'
      }`,
      observed: { given, by: giver, to: subject, rolesBefore: held?.roles ?? [] },
      expected: { usualGiver: usual, grantsOnRecord: access.grants },
      evidence:
        held?.granted === undefined ? [] : [{ ...held.granted.ref, role: 'an earlier grant' }],
      base,
      context: circumstances,
      ...(at - access.since < YOUNG_PROJECT ? { atMost: 'log' as const } : {}),
      repository: data.repository,
    }),
  ];
}

function baseOf(grant: {
  readonly usual: boolean;
  readonly self: boolean;
  readonly powerful: boolean;
  readonly observed: boolean;
}): number {
  const { usual, self, powerful, observed } = grant;
  // Ordinary onboarding by the usual admin is on record, no more.
  if (usual) return self && powerful ? 0.4 : powerful ? 0.25 : 0.15;
  if (!observed) return self ? (powerful ? 0.6 : 0.45) : powerful ? 0.3 : 0.2;
  return (powerful ? 0.6 : 0.4) + (self ? 0.25 : 0);
}

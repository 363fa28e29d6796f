import type { EventOf } from '../../services/core/events/event.ts';
import { inspectDigest, placeOf } from '../context/registry-commands.ts';
import type { ContextDraft, FindingDraft, JudgeContext } from '../detector.ts';
import { matchesGlob } from '../text/match-glob.ts';
import { findPrincipal, momentOf } from '../view/access/act.ts';
import { isStrangePlace } from '../view/access/learn-credentials.ts';
import { tagChangesOf } from '../view/entry-facts.ts';
import { markedRef } from '../view/entry-mark.ts';
import { explain } from '../view/explain.ts';
import { DAY } from '../view/limits.ts';
import type { EntryRef, RepositoryView } from '../view/project-view.ts';
import { promotionSource } from './promotion-source.ts';

/** A robot that has promoted so often and for so long is how promotion works here. */
const USUAL = { count: 5, age: 7 * DAY };

/** Judges that what somebody made is promoted by the same one, where the policy asks for a promotion. */
export function judgePromotion(
  context: JudgeContext,
  event: EventOf<'artifact.pushed' | 'tag.moved'>,
): readonly FindingDraft[] {
  const { view, policy, actor } = context;
  if (actor === '' || policy.promotions.length === 0) return [];
  const { repository: name } = event.data;
  const digest = event.type === 'artifact.pushed' ? event.data.digest : event.data.to;
  for (const rule of policy.promotions) {
    const source = promotionSource(rule, name);
    if (source === undefined) continue;
    const made = makingOf(context, view.repositories.get(source), digest, event);
    if (made === undefined) continue;
    const tags = tagChangesOf(event).map(({ tag }) => tag);
    return [
      {
        title: `${actor} promotes to ${name} what ${actor} made`,
        message: `${actor} ${made.words} ${digest} and promoted it from ${source} to ${name}. The policy wants two: one who makes, and another who promotes.`,
        subject: {
          kind: 'principal',
          key: `principal:${actor}@${name}`,
          repository: name,
          digest,
          principal: actor.slice(0, 256),
        },
        observed: {
          madeBy: actor,
          promotedBy: actor,
          from: source,
          to: name,
          tags: tags.slice(0, 16),
        },
        expected: { promotion: 'by somebody else', rule },
        role: 'the promotion',
        evidence: [{ ...made.ref, role: made.role }],
        ...(tags.length === 0 ? {} : { tags }),
        base: 0.55,
        context: circumstancesOf(context, event, name),
        remediation: {
          owner: 'project owner',
          steps: [
            inspectDigest(
              placeOf(view.repositories.get(name), event.data),
              digest,
              'Look at what was promoted.',
            ),
            {
              text: `Let somebody other than ${actor} review the digest, and approve it or take it back.`,
            },
            { text: 'Let the registry allow promotion only to those who do not build.' },
          ],
        },
      },
    ];
  }
  return [];
}

type Making = { readonly words: string; readonly ref: EntryRef; readonly role: string };

/** How the actor made the digest: pushed it to the repository before, or started the build of it. */
function makingOf(
  { view, actor }: JudgeContext,
  source: RepositoryView | undefined,
  digest: string,
  event: EventOf<'artifact.pushed' | 'tag.moved'>,
): Making | undefined {
  if (source?.tagged.has(digest) === true) {
    for (const tag of source.tags.values()) {
      if (tag.digest === digest && tag.by === actor) {
        return { words: 'pushed', ref: tag.ref, role: 'the push to the repository before' };
      }
    }
  }
  const target = view.repositories.get(event.data.repository);
  for (const repository of [source, target]) {
    const found = explain(view, repository, digest);
    if (found.kind === 'build' && found.build.by === actor) {
      return { words: 'started the build of', ref: markedRef(found.build), role: 'the build' };
    }
  }
  return undefined;
}

function circumstancesOf(
  { view, policy, actor, at: time }: JudgeContext,
  event: EventOf<'artifact.pushed' | 'tag.moved'>,
  name: string,
): readonly ContextDraft[] {
  const at = momentOf(view, time);
  const kind = event.data.actor?.kind;
  const isRobot =
    kind === 'robot' ||
    kind === 'service' ||
    policy.bots.some((pattern) => matchesGlob(pattern, actor));
  const known = view.repositories.get(name)?.publishers.get(actor);
  const principal = findPrincipal(view.access, actor);
  return [
    ...(isRobot &&
    known !== undefined &&
    known.count >= USUAL.count &&
    at - known.first >= USUAL.age
      ? [
          {
            kind: 'usual-robot',
            reason: `A robot that has promoted here ${known.count} times`,
            effect: -0.3,
          },
        ]
      : []),
    ...(principal !== undefined && isStrangePlace(principal, at)
      ? [
          {
            kind: 'strange-place',
            reason: 'It acts from a network that it never used before',
            effect: 0.25,
          },
        ]
      : []),
  ];
}

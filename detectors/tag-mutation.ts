import { placeOf } from './context/registry-commands.ts';
import { policyOfTag } from './detection-policy.ts';
import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { tagMutationExamples } from './examples/tag-mutation-examples.ts';
import {
  describeMove,
  expectExplainedDigest,
  expectTagToStay,
} from './tag-mutation/describe-move.ts';
import { beforeDue, beforeMove, episodeOf, type Move } from './tag-mutation/move.ts';
import {
  episodeContext,
  explanationContext,
  gapContext,
  strangerContext,
} from './tag-mutation/move-context.ts';
import { tagChangesOf } from './view/entry-facts.ts';
import { type Explanation, explain, isOverdue, provenanceHabit } from './view/explain.ts';
import type { AwaitedPush, ProjectView, RepositoryView } from './view/project-view.ts';
import { expectationOf, type TagExpectation } from './view/tag-habit.ts';

const metadata: DetectorMetadata = {
  id: 'D01',
  rule: 'tag-mutation',
  version: 1,
  title: 'A tag that stays points to other content',
  description:
    "A tag that the policy calls immutable, or that never moves by the repository's own habit, now points to another digest; or a tag that moves routinely went to a digest that nothing explains, in a repository whose digests are always explained. The way back (A → B → A) is recognised, and the excursion stays as evidence.",
  severity: 'critical',
  listensTo: ['artifact.pushed', 'tag.moved', 'registry.snapshot-taken'],
  falsePositives: [
    'A release that was pushed by hand and re-pushed by hand within its first days, in a repository without build events.',
    'The first re-build of old releases in a repository that never re-built before: a build that explains it keeps it a log entry, an announced change lowers it further.',
    'A build event that arrives after its push in a repository where builds always arrive first.',
  ],
  knownGaps: [
    'A malicious digest that the usual builder made from the usual source is explained (D06, D07, D09 and D21 look there).',
    'A repository younger than three days or with fewer than four tags of a kind has no habit yet; an immutable pattern in the policy covers it from the first push.',
    'Two registries that use one repository name in one project share their habits; give each its own project.',
    'Where explanations come after the push, an unexplained move is known when the usual delay is over.',
  ],
  remediation:
    'Find out who moved the tag and why; if it was not meant, point it back to the digest before, revoke the credential, and tell those who pulled it meanwhile.',
  references: {
    attack: ['T1195.002', 'T1525'],
    slsa: ['H: Package registry threats', 'G: Distribution channel threats'],
    controls: ['SI-7', 'CM-3', 'CM-5'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view, at, actor: by } = context;
  const { event } = context.entry;
  const changes = tagChangesOf(event);
  if (changes.length === 0 || !('repository' in event.data)) return [];
  const repository = view.repositories.get(event.data.repository ?? '');
  if (repository === undefined) return [];
  const parts =
    event.type === 'artifact.pushed' ? event.data.children?.map(({ digest }) => digest) : undefined;
  const now = Math.max(view.now, at);
  const drafts: FindingDraft[] = [];
  for (const { tag, from: claimed, to } of changes) {
    const known = repository.tags.get(tag);
    const from = known?.digest ?? claimed;
    if (from === undefined || from === to) continue;
    const explanation = explain(view, repository, to, parts);
    const news = newsOf(context, repository, { tag, known, at, explanation });
    if (news === undefined) continue;
    const { before } = provenanceHabit(view, repository);
    const gapIsKnown = before || isOverdue(view, repository, to, now);
    const move: Move = {
      repository,
      place: placeOf(repository, { repository: repository.name }),
      tag,
      known,
      left: beforeMove(known),
      from,
      to,
      at,
      by,
      publisherKnown: repository.publishers.has(by),
      explanation,
      gapIsKnown,
    };
    drafts.push(...judgeMove(context, move, news));
  }
  return drafts;
}

/** The part that could not be judged at the push: nothing has explained the digest in the time that it usually takes. */
function judgeDue(context: JudgeContext, due: AwaitedPush): readonly FindingDraft[] {
  const { view } = context;
  const repository = view.repositories.get(due.repository);
  if (repository === undefined || due.explained || due.judgedAtPush) return [];
  if (!isUnexplainedNews(view, repository)) return [];
  const about = { ref: due.ref, at: due.at, actor: due.by };
  return due.tags.flatMap(({ tag, from }) => {
    if (from === undefined || from === due.digest) return [];
    const known = repository.tags.get(tag);
    const explanation: Explanation = { kind: 'none' };
    const news = newsOf(context, repository, { tag, known, at: due.at, explanation });
    if (news === undefined) return [];
    const move: Move = {
      repository,
      place: placeOf(repository, { repository: repository.name }),
      tag,
      known,
      left: beforeDue(known, due),
      from,
      to: due.digest,
      at: due.at,
      by: due.by,
      publisherKnown: due.publisherKnown,
      explanation,
      gapIsKnown: true,
    };
    return judgeMove(context, move, news).map((draft) => ({ ...draft, about }));
  });
}

/** What may be news about a move. */
type News = {
  readonly policy: ReturnType<typeof policyOfTag>;
  readonly habit: TagExpectation;
  /** The tag is one that stays. */
  readonly stays: boolean;
  /** Nothing explains the digest, where digests are explained. */
  readonly gap: boolean;
};

/** Most moves are what their tag always does; undefined for them, before anything else is looked up. */
function newsOf(
  context: JudgeContext,
  repository: RepositoryView,
  { tag, known, at, explanation }: Pick<Move, 'tag' | 'known' | 'at' | 'explanation'>,
): News | undefined {
  const policy = policyOfTag(context.policy, tag);
  const habit = expectationOf(repository, tag, known, at);
  const stays = policy === 'immutable' || (policy === undefined && habit.kind === 'stays');
  const gap = explanation.kind === 'none' && isUnexplainedNews(context.view, repository);
  return stays || gap ? { policy, habit, stays, gap } : undefined;
}

function judgeMove(context: JudgeContext, move: Move, news: News): readonly FindingDraft[] {
  const { view } = context;
  const { repository } = move;
  const { policy, habit, stays, gap } = news;
  // The gap is half of the story: where explanations come later, wait for them unless the policy forbids the move.
  if (gap && !move.gapIsKnown && policy !== 'immutable') return [];

  const base = policy === 'immutable' ? 0.9 : stays ? (habit.strong ? 0.8 : 0.6) : 0.5;
  const episode = episodeOf(move);
  const circumstances: readonly ContextDraft[] = [
    ...explanationContext(repository, move),
    ...(gap && move.gapIsKnown ? gapContext(view, repository, base) : []),
    ...strangerContext(move),
    ...episodeContext(view, repository, move, episode),
  ];
  const expectation = stays
    ? expectTagToStay(policy === 'immutable' ? 'policy' : 'habit', habit)
    : expectExplainedDigest(provenanceHabit(view, repository));
  return [describeMove(move, { ...expectation, base, context: circumstances, episode })];
}

/** An unexplained digest is only news where digests are explained. */
function isUnexplainedNews(view: ProjectView, repository: RepositoryView): boolean {
  return provenanceHabit(view, repository).expects !== 'nothing';
}

export const tagMutation: Detector = {
  metadata,
  judge,
  judgeDue,
  examples: tagMutationExamples,
};

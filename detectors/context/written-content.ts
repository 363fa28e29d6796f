import type { ContextDraft, JudgeContext } from '../detector.ts';
import { packageOf, wereLately } from '../view/access/learn-packages.ts';
import { tagChangesOf } from '../view/entry-facts.ts';
import { explain, isUsualOrigin, provenanceHabit } from '../view/explain.ts';
import { expectationOf } from '../view/tag-habit.ts';

/** Publications after which the habit of a package says something about the next. */
const ENOUGH = 5;

/** Removals after which they are a habit of the repository. */
const USUAL_REMOVALS = 8;

/** What a write by a principal that is judged for itself put there or took away: as usual, or not, as context. */
export function writtenContent(context: JudgeContext): readonly ContextDraft[] {
  const { event } = context.entry;
  switch (event.type) {
    case 'artifact.pushed':
    case 'tag.moved':
      return writtenImage(context);
    case 'package.published':
      return writtenPackage(context, event.data.purl, event.data.attested);
    case 'tag.deleted':
    case 'artifact.deleted':
      return removedContent(context, event.data.repository);
    // Nothing else writes content.
    default:
      return [];
  }
}

function writtenImage({ entry: { event }, view, at }: JudgeContext): readonly ContextDraft[] {
  if (event.type !== 'artifact.pushed' && event.type !== 'tag.moved') return [];
  const repository = view.repositories.get(event.data.repository);
  if (repository === undefined) return [];
  const parts =
    event.type === 'artifact.pushed' ? event.data.children?.map(({ digest }) => digest) : undefined;
  const digest = event.type === 'artifact.pushed' ? event.data.digest : event.data.to;
  const explanation = explain(view, repository, digest, parts);
  const habit = provenanceHabit(view, repository);
  const takes = tagChangesOf(event).filter(({ tag, from, to }) => {
    const known = repository.tags.get(tag);
    const before = known?.digest ?? from;
    return (
      before !== undefined &&
      before !== to &&
      expectationOf(repository, tag, known, at).kind === 'stays'
    );
  });
  const explained =
    explanation.kind === 'build'
      ? isUsualOrigin(repository, explanation.build, at)
      : explanation.kind !== 'none';
  return [
    ...(explained
      ? [{ kind: 'explained', reason: 'What was written is explained as usual here', effect: -0.3 }]
      : []),
    ...(explanation.kind === 'none' && habit.before && habit.expects === 'always'
      ? [
          {
            kind: 'unexplained-here',
            reason: 'Nothing explains what was written, where everything is explained',
            effect: 0.2,
          },
        ]
      : []),
    ...(takes.length > 0
      ? [
          {
            kind: 'tag-moved',
            reason: `It took ${takes.length === 1 ? 'a tag' : `${takes.length} tags`} of a kind that never moves here`,
            effect: 0.15,
          },
        ]
      : []),
  ];
}

function removedContent({ view }: JudgeContext, name: string): readonly ContextDraft[] {
  const removals = view.repositories.get(name)?.deletions ?? 0;
  if (removals < USUAL_REMOVALS) return [];
  return [
    { kind: 'removals-usual', reason: `There were ${removals} removals here before`, effect: -0.1 },
  ];
}

function writtenPackage(
  { view }: JudgeContext,
  purl: string,
  attested: boolean | undefined,
): readonly ContextDraft[] {
  const habit = view.access.packages.get(packageOf(purl))?.attested;
  if (habit === undefined || attested === undefined || !wereLately(habit, ENOUGH)) return [];
  return attested
    ? [{ kind: 'attested', reason: 'It is attested, as always', effect: -0.3 }]
    : [
        {
          kind: 'attestation-missing',
          reason: `The last ${ENOUGH} versions were attested and this one is not`,
          effect: 0.2,
        },
      ];
}

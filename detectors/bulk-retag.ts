import { describeRetag } from './bulk-retag/describe-retag.ts';
import { baseOf, levelOf, type Retag, retagContext } from './bulk-retag/judge-burst.ts';
import { refContext } from './bulk-retag/ref-context.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { bulkRetagExamples } from './examples/bulk-retag-examples.ts';
import { refOf, tagChangesOf } from './view/entry-facts.ts';
import { provenanceHabit } from './view/explain.ts';
import type { AwaitedPush, RepositoryView } from './view/project-view.ts';
import { refMoveOf } from './view/rhythm/learn-moves.ts';
import { openBurst, startRetag, withMove } from './view/rhythm/retag-burst.ts';
import type { RetagBurst } from './view/rhythm/rhythm-view.ts';
import { gitScope, habitOf, principalScope } from './view/rhythm/scope.ts';
import { isStrangeMove } from './view/rhythm/strange-move.ts';
import { expectationOf } from './view/tag-habit.ts';

const metadata: DetectorMetadata = {
  id: 'D02',
  rule: 'bulk-retag',
  version: 1,
  title: 'Many tags move at once, as they never do here',
  description:
    'Within an hour, many tags of one repository (or of several, by one principal) go to content that nothing explains, or tags that stay here move in number; or tags of unlike content all end at one digest. Releases and rebuilds move many tags too: they are known by their builds and by how many digests one release has ever brought together here. Works for git tags as well.',
  severity: 'critical',
  listensTo: ['artifact.pushed', 'tag.moved', 'source.ref-updated'],
  falsePositives: [
    'A first rebuild of all releases by hand, in a repository that has neither builds nor moves.',
    'Variants that are merged into one image for the first time, without a build that says so.',
  ],
  knownGaps: [
    'An attacker who moves one tag an hour is seen by tag-mutation only.',
    'A hijacked builder that rebuilds everything from the usual source looks like a rebuild.',
    'In a repository younger than a week nothing is usual yet: it is put on record.',
  ],
  remediation:
    'Stop the credential that moves the tags, point them back to the digests before, and tell who resolved them meanwhile.',
  references: {
    attack: ['T1195.002', 'T1525', 'T1078'],
    slsa: ['H: Package registry threats', 'G: Package upload'],
    controls: ['SI-7', 'CM-3', 'CM-5', 'IR-4'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  if (event.type === 'source.ref-updated') return judgeRef(context);
  if (event.type !== 'artifact.pushed' && event.type !== 'tag.moved') return [];
  const repository = context.view.repositories.get(event.data.repository);
  return repository === undefined ? [] : judgeTags(context, repository);
}

function judgeTags(context: JudgeContext, repository: RepositoryView): readonly FindingDraft[] {
  const { view, at, actor, entry } = context;
  const { event } = entry;
  const moved: Retag['moves'][number][] = [];
  const parts =
    event.type === 'artifact.pushed' ? event.data.children?.map(({ digest }) => digest) : undefined;
  for (const { tag, from: claimed, to } of tagChangesOf(event)) {
    const known = repository.tags.get(tag);
    const from = known?.digest ?? claimed;
    if (from === undefined || from === to) continue;
    const strange = isStrangeMove(view, repository, { tag, to, known, parts }, at);
    moved.push({ tag, from, to, strange, place: repository.name });
  }
  if (moved.length === 0) return [];
  const here = rise(context, repository.name, moved);
  const strange = actor === '' ? [] : moved.filter((move) => move.strange);
  const everywhere =
    strange.length === 0 ? undefined : rise(context, principalScope(actor), strange);
  return [
    ...(here.level > here.before
      ? [
          describeRetag(context, {
            ...here,
            kind: 'repository',
            name: repository.name,
            repository,
            context: retagContext(context, repository, here, parts),
          }),
        ]
      : []),
    ...(everywhere !== undefined && placesLevel(everywhere.burst) > placesLevel(everywhere.open)
      ? [
          describeRetag(context, {
            ...everywhere,
            level: placesLevel(everywhere.burst),
            base: 0.85,
            kind: 'principal',
            name: actor,
            repository,
            context: [],
          }),
        ]
      : []),
  ];
}

function judgeRef(context: JudgeContext): readonly FindingDraft[] {
  const { view, at, entry } = context;
  if (entry.event.type !== 'source.ref-updated') return [];
  const move = refMoveOf(view, entry.event, at);
  if (move === undefined) return [];
  const here = rise(context, gitScope(entry.event.data.sourceRepository), [move]);
  if (here.level <= here.before) return [];
  return [
    describeRetag(context, {
      ...here,
      kind: 'source',
      name: move.place,
      repository: undefined,
      context: refContext(context, move, here.burst),
    }),
  ];
}

/** What the entry makes of the burst that is open in the scope. */
function rise(context: JudgeContext, scope: string, moves: Retag['moves']): Retag {
  const { view, at, entry } = context;
  const open = openBurst(view.rhythm.retags.get(scope), at);
  let burst = open ?? startRetag(at, refOf(entry));
  for (const move of moves) burst = withMove(burst, move, at);
  const habit = habitOf(view, scope)?.retag;
  const to = moves[0]?.to ?? '';
  const base = baseOf(burst, habit, to);
  return {
    moves,
    burst,
    open,
    habit,
    base,
    level: levelOf(base),
    before: open === undefined ? 0 : levelOf(baseOf(open, habit, to)),
  };
}

/** Strange moves in three repositories within the burst are one story; in six it is much worse. */
function placesLevel(burst: RetagBurst | undefined): number {
  const places = burst?.places.length ?? 0;
  return places >= 6 ? 2 : places >= 3 ? 1 : 0;
}

/** Where builds come after the push: the tags that went to a digest that nothing has explained in its time. */
function judgeDue(context: JudgeContext, due: AwaitedPush): readonly FindingDraft[] {
  const { view } = context;
  if (due.explained || due.judgedAtPush || due.tags.length < 3) return [];
  const repository = view.repositories.get(due.repository);
  if (repository === undefined || provenanceHabit(view, repository).expects === 'nothing')
    return [];
  const moves = due.tags.flatMap(({ tag, from }) =>
    from === undefined || from === due.digest
      ? []
      : [{ tag, from, to: due.digest, strange: true, place: repository.name }],
  );
  let burst = startRetag(due.at, due.ref);
  for (const move of moves) burst = withMove(burst, move, due.at);
  const stay = moves.filter(
    ({ tag }) => expectationOf(repository, tag, repository.tags.get(tag), due.at).kind === 'stays',
  );
  const habit = repository.rhythm?.retag;
  const collapsed = baseOf({ ...burst, strange: 0 }, habit, due.digest);
  if (collapsed === 0 && stay.length < 3) return [];
  return [
    {
      ...describeRetag(context, {
        moves,
        burst,
        open: undefined,
        habit,
        base: 0.85,
        level: 3,
        before: 0,
        kind: 'repository',
        name: repository.name,
        repository,
        context: [],
      }),
      about: { ref: due.ref, at: due.at, actor: due.by },
    },
  ];
}

export const bulkRetag: Detector = { metadata, judge, judgeDue, examples: bulkRetagExamples };

import { policyOfTag } from './detection-policy.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { sourceTagMutationExamples } from './examples/source-tag-mutation-examples.ts';
import { describeRefMove } from './source-tag-mutation/describe-ref-move.ts';
import { refMoveContext } from './source-tag-mutation/ref-move-context.ts';
import { commitKey } from './view/sources/commits.ts';
import { commitAfter, commitBefore, hasOtherTag, refName } from './view/sources/ref-facts.ts';
import { sourceName } from './view/sources/source-name.ts';
import { type RefsView, refsOf } from './view/sources/sources-view.ts';
import { expectationOf } from './view/tag-habit.ts';
import { missesOf } from './windows/bit-window.ts';

const metadata: DetectorMetadata = {
  id: 'G01',
  catalogue: 'D01',
  rule: 'source-tag-mutation',
  version: 1,
  title: 'A git tag that stays points to another commit',
  description:
    'Class D01 for git: a release tag of a source repository that the policy calls immutable, or that never moves by the own habit of that repository, now points to another commit (also when it was deleted and created again); or a tag that moves with every release moved although no release tag came with it. The way back (A → B → A) is recognised, and the excursion stays as evidence.',
  severity: 'critical',
  listensTo: ['source.ref-updated'],
  falsePositives: [
    'A release tag that its author deletes and sets again within the first day, to repair a release.',
    'The first re-tagging of old releases after a history was rewritten (for example to remove large files): announce it.',
  ],
  knownGaps: [
    'A source repository with fewer than four tags or three days of observed tags has no habit yet; an immutable pattern in the policy covers it.',
    'Without webhooks of the forge there is nothing to see; builds that resolve the moved tag show it as a changed dependency.',
  ],
  remediation:
    'Find out who moved the tag; if it was not meant, point it back, revoke the credential that did it, and tell every project that uses the repository by tag.',
  references: {
    attack: ['T1195.001', 'T1195.002', 'T1078'],
    slsa: ['B: Authoring & reviewing', 'C: Source code management'],
    controls: ['SI-7', 'CM-3', 'CM-5'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view, at, entry } = context;
  const { event } = entry;
  if (event.type !== 'source.ref-updated') return [];
  const { data } = event;
  const { kind, name } = refName(data.ref);
  const to = commitAfter(data);
  if (kind !== 'tag' || to === undefined) return [];
  const repository = sourceName(data.sourceRepository);
  const source = view.sources.repositories.get(repository);
  if (source === undefined) return [];
  const refs = refsOf(source);
  const known = refs.tags.get(name);
  const from = commitBefore(data);
  const left = known?.commit ?? (from === undefined ? undefined : commitKey(from));
  const policy = policyOfTag(context.policy, name);
  if (left === undefined || left === commitKey(to) || policy === 'moving') return [];

  const habit = expectationOf(refs, name, known, at);
  const stays = policy === 'immutable' || habit.kind === 'stays';
  const alone = !stays && isUsuallyAccompanied(refs) && !hasOtherTag(refs, name, to);
  if (!stays && !alone) return [];
  const forbidden = policy === 'immutable';
  const by = context.actor;
  const move = { refs, repository, name, data, known, from, to, at, by, forbidden };
  return [
    describeRefMove(move, {
      by: policy === 'immutable' ? 'policy' : stays ? 'habit' : 'release',
      habit,
      base:
        policy === 'immutable'
          ? 0.9
          : alone
            ? refs.accompanied.count >= 3
              ? 0.5
              : 0.3
            : habit.strong
              ? 0.8
              : 0.6,
      ...refMoveContext(move),
    }),
  ];
}

/** Where a moving tag has always followed a release, its going anywhere else is news. */
function isUsuallyAccompanied({ accompanied }: RefsView): boolean {
  return accompanied.count >= 1 && missesOf(accompanied) <= accompanied.count / 16;
}

export const sourceTagMutation: Detector = {
  metadata,
  judge,
  examples: sourceTagMutationExamples,
};

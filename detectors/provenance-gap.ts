import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { provenanceGapExamples } from './examples/provenance-gap-examples.ts';
import { describeGap } from './provenance-gap/describe-gap.ts';
import { tagChangesOf } from './view/entry-facts.ts';
import { digestIn, explain, provenanceHabit } from './view/explain.ts';
import type { AwaitedPush } from './view/project-view.ts';

const metadata: DetectorMetadata = {
  id: 'D03',
  rule: 'provenance-gap',
  version: 1,
  title: 'A push without the provenance that pushes have here',
  description:
    "A digest got its first tag and neither a build run nor a verified attestation explains it, although the repository's last pushes were explained; or it lacks the attestation that they all have. Judged at the push where explanations come first, or where pushes come from runs under way and none is; otherwise when three times the repository's longest usual delay (10 minutes to 12 hours; one hour while unknown) has passed.",
  severity: 'critical',
  listensTo: ['artifact.pushed', 'tag.moved'],
  falsePositives: [
    'An emergency release from a laptop.',
    'A builder whose events stopped arriving: every push of the project then lacks its build; look at the health of the source first.',
    'An outage of this service, or of what delivers to it, that lasts longer than the wait: senders give up before it ends.',
    'A build event that arrives after its push in a repository where builds always arrive first, or the lost start of a run in one that pushes within its runs.',
  ],
  knownGaps: [
    'A repository that never had provenance has no gap.',
    'A build event that a compromised builder invents explains the push.',
    'A push during a run of the usual source waits for the end of that run (6 hours at most).',
  ],
  remediation:
    'Ask the publisher how the digest was made; without a build that can be shown, remove its tags, revoke the credential, and publish a build of the same source.',
  references: {
    attack: ['T1195.002', 'T1078'],
    slsa: ['E: Build process', 'G: Package upload'],
    controls: ['SR-4', 'SI-7', 'CM-14'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view, at, actor } = context;
  const { event } = context.entry;
  if (event.type !== 'artifact.pushed' && event.type !== 'tag.moved') return [];
  const repository = view.repositories.get(event.data.repository);
  const changes = tagChangesOf(event);
  const digest = changes[0]?.to;
  if (repository === undefined || digest === undefined) return [];
  const habit = provenanceHabit(context.view, repository);
  if (!habit.before || habit.expects === 'nothing') return [];
  if (digestIn(repository, digest)?.everTagged === true) return [];
  const parts =
    event.type === 'artifact.pushed'
      ? event.data.children?.map((child) => child.digest)
      : undefined;
  if (explain(view, repository, digest, parts).kind !== 'none') return [];
  return describeGap(context, {
    repository,
    digest,
    tags: changes.map(({ tag, from }) => ({ tag, from: repository.tags.get(tag)?.digest ?? from })),
    at,
    by: actor,
    publisherKnown: repository.publishers.has(actor),
    missing: 'build',
  });
}

function judgeDue(context: JudgeContext, due: AwaitedPush): readonly FindingDraft[] {
  const repository = context.view.repositories.get(due.repository);
  if (repository === undefined) return [];
  const habit = provenanceHabit(context.view, repository);
  const { digest, tags, at, by, publisherKnown } = due;
  const gap = { repository, digest, tags, at, by, publisherKnown };
  const about = { ref: due.ref, at, actor: by };
  if (!due.explained && !due.judgedAtPush && habit.expects !== 'nothing') {
    return describeGap(context, { ...gap, missing: 'build' }).map((draft) => ({
      ...draft,
      about,
    }));
  }
  if (due.explained && !due.attested && habit.attested) {
    return describeGap(context, { ...gap, missing: 'attestation' }).map((draft) => ({
      ...draft,
      about,
    }));
  }
  return [];
}

export const provenanceGap: Detector = {
  metadata,
  judge,
  judgeDue,
  examples: provenanceGapExamples,
};

import { describeRisk } from './citation-at-risk/describe-risk.ts';
import { fallOf, fallsOfCited } from './citation-at-risk/falls.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { citationAtRiskExamples } from './examples/citation-at-risk-examples.ts';
import { tagChangesOf } from './view/entry-facts.ts';
import { DAY } from './view/limits.ts';
import type { RepositoryView } from './view/project-view.ts';
import { isSweepDue } from './view/science/learn-science.ts';

/** People are told this long before a cited image falls, and once more when it is nearly too late. */
const LEAD = 14 * DAY;
const FINAL = 2 * DAY;

const metadata: DetectorMetadata = {
  id: 'D40',
  rule: 'citation-at-risk',
  version: 1,
  title: 'A cited image is about to fall under a retention rule',
  description:
    'An image that a workflow run cites is protected only by tags that a retention rule of the governance file removes soon, or by no tag at all where untagged images are cleaned up. Told two weeks and two days before, at the run that cites it, and when its last protecting tag goes away.',
  severity: 'high',
  listensTo: [
    'workflow-run.finished',
    'artifact.pushed',
    'tag.moved',
    'tag.deleted',
    'artifact.deleted',
    'deadline.passed',
  ],
  falsePositives: ['The image lives on in an archive that the registry does not know.'],
  knownGaps: ['Retention rules of the registry that the governance file does not state.'],
  remediation:
    'Give the image a tag that no retention rule matches, or copy it to the archive, before the date.',
  references: {
    attack: ['T1485'],
    slsa: ['H: Package registry threats'],
    controls: ['CP-9', 'SI-12', 'AU-11'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view, policy, entry } = context;
  if (policy.retention.length === 0) return [];
  const now = Math.max(view.now, context.at);
  const drafts = isSweepDue(view, now) ? judgeSweep(context, now) : [];
  const { event } = entry;
  switch (event.type) {
    case 'workflow-run.finished':
      return [...drafts, ...judgeRun(context, now)];
    case 'artifact.pushed':
    case 'tag.moved':
    case 'tag.deleted': {
      const repository = view.repositories.get(event.data.repository);
      if (repository === undefined || view.science.cited.size === 0) return drafts;
      const tags =
        event.type === 'tag.deleted' ? [{ tag: event.data.tag, to: '' }] : tagChangesOf(event);
      return [
        ...drafts,
        ...tags.flatMap((change) => judgeLeaving(context, repository, change, now)),
      ];
    }
    // A deletion is a loss, not a risk: like the passing of time it only shows that the day has come.
    default:
      return drafts;
  }
}

/** What has come within the lead since the last look. */
function judgeSweep(context: JudgeContext, now: number): readonly FindingDraft[] {
  const { view } = context;
  const { sweptAt } = view.science;
  return fallsOfCited(view, context.policy).flatMap((fall) => {
    const crossed = [FINAL, LEAD].find((lead) => fall.at - lead > sweptAt && fall.at - lead <= now);
    if (crossed === undefined) return [];
    return [describeRisk(context, fall, { now, final: crossed === FINAL, role: 'the day' })];
  });
}

/** The images of this very run. */
function judgeRun(context: JudgeContext, now: number): readonly FindingDraft[] {
  const { view, policy, entry } = context;
  if (entry.event.type !== 'workflow-run.finished') return [];
  const seen = new Set<string>();
  return (entry.event.data.steps ?? []).flatMap(({ digest, repository }) => {
    if (digest === undefined || repository === undefined || seen.has(digest)) return [];
    seen.add(digest);
    const home = view.repositories.get(repository);
    const fall = home && fallOf(view, home, digest, policy);
    if (fall === undefined || fall.at - LEAD > now) return [];
    return [
      describeRisk(context, fall, {
        now,
        final: fall.at - FINAL <= now,
        role: 'the run that cites it',
      }),
    ];
  });
}

/** A tag leaves a cited image, and those that stay do not protect it. */
function judgeLeaving(
  context: JudgeContext,
  repository: RepositoryView,
  change: { readonly tag: string; readonly to: string },
  now: number,
): readonly FindingDraft[] {
  const { view, policy } = context;
  const known = repository.tags.get(change.tag);
  if (known === undefined || known.gone || known.digest === change.to) return [];
  if (!view.science.cited.has(known.digest)) return [];
  const before = fallOf(view, repository, known.digest, policy);
  const after = fallOf(view, repository, known.digest, policy, change.tag);
  if (after === undefined || after.at - LEAD > now) return [];
  if (before !== undefined && before.at - LEAD <= now) return [];
  return [describeRisk(context, after, { now, final: false, role: 'its tag goes away' })];
}

export const citationAtRisk: Detector = { metadata, judge, examples: citationAtRiskExamples };

import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { taintJoinExamples } from './examples/taint-join-examples.ts';
import { describeReached, describeUse } from './taint-join/describe-taint.ts';
import { joinTaint } from './view/taints/join-taint.ts';
import { isNews } from './view/taints/learn-taints.ts';
import { matchUse } from './view/taints/match-use.ts';
import { readStatement } from './view/taints/read-statement.ts';
import { useOf } from './view/taints/uses-of.ts';

const metadata: DetectorMetadata = {
  id: 'D26',
  rule: 'taint-join',
  version: 1,
  title: 'Something that is known bad was built with, run, pulled or cited',
  description:
    'When a digest or versions of a package become known bad (by a person, an advisory feed or an incident), every build, image and run that resolved them is found, and what was made of those; one finding a project with the exact list. Afterwards every further use is found at once. The join is on resolved digests and versions, never on names or clock windows.',
  severity: 'critical',
  listensTo: [
    'digest.tainted',
    'artifact.pushed',
    'artifact.pulled',
    'tag.moved',
    'build.finished',
    'workflow-run.finished',
    'sbom.attached',
    'artifact.inspected',
    'package.published',
  ],
  falsePositives: [
    'An advisory that is wrong or too wide; a second statement cannot take it back, so suppress the alert with a reason.',
    'A dependency whose ecosystem the builder does not state and that has the name and version of another package: the finding says so and weighs less.',
    'A package that lies in an image and is never loaded.',
  ],
  knownGaps: [
    'Builders that report no resolved dependencies and no base image digest cannot be joined.',
    'Uses beyond the limits of the view are forgotten; the finding says so, and the ledger still has them.',
    'Versions are compared without the rules of each ecosystem; epochs of distributions are not understood.',
  ],
  remediation:
    'Go through the list: rotate the credentials of the builds that ran it, remove what they published, rebuild from clean digests, and tell those who cite the runs.',
  references: {
    attack: ['T1195.001', 'T1195.002'],
    slsa: ['E: Build process', 'D: External build parameters', 'H: Package registry threats'],
    controls: ['SI-2', 'SI-5', 'SR-11', 'IR-4'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view, entry, actor } = context;
  const { taints } = view;
  const { event } = entry;
  if (event.type === 'digest.tainted') {
    const statement = readStatement({ ...entry, event });
    const uses = joinTaint([[view.project, taints]], statement).reached.get(view.project) ?? [];
    return uses.length === 0
      ? []
      : [describeReached(statement.statement, view.project, uses, taints.forgotten)];
  }
  if (taints.tainted.size === 0 && taints.ranges.size === 0) return [];
  const use = useOf(event);
  const match = use && matchUse(taints, use);
  if (use === undefined || match === undefined) return [];
  return isNews(taints, use, match.taint.statement.label, actor)
    ? [describeUse(event.project, use, match, actor)]
    : [];
}

export const taintJoin: Detector = {
  metadata,
  judge,
  examples: taintJoinExamples,
};

import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { roleSeparationExamples } from './examples/role-separation-examples.ts';
import { judgeApproval } from './role-separation/judge-approval.ts';
import { judgePromotion } from './role-separation/judge-promotion.ts';

const metadata: DetectorMetadata = {
  id: 'D30',
  rule: 'role-separation',
  version: 1,
  title: 'One and the same makes and promotes, or proposes and approves',
  description:
    'Where the policy has a promotion path, whoever pushed a digest to its start, or started its build, also brings it to its end; or a baseline is approved by whoever proposed it. One stolen account is then enough. A robot that has promoted for long is only put on record.',
  severity: 'high',
  listensTo: ['artifact.pushed', 'tag.moved', 'baseline.approved'],
  falsePositives: [
    'A project of one person: the policy should not ask for a promotion there.',
    'An account that several people share.',
  ],
  knownGaps: [
    'Two accounts of one person look like two people, unless their account ids agree.',
    'A digest that was pushed without a tag, by a build that names no actor, has no known maker.',
    'Promotion paths with more than one * on a side are not followed.',
  ],
  remediation:
    'Let a second person review what was promoted or approved, and let the registry allow promotion only to those who do not build.',
  references: {
    attack: ['T1078', 'T1195.002'],
    slsa: ['A: Producer', 'B: Modifying the source'],
    controls: ['AC-5', 'CM-5', 'CM-3'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  switch (event.type) {
    case 'artifact.pushed':
    case 'tag.moved':
      return judgePromotion(context, event);
    case 'baseline.approved':
      return judgeApproval(context, event);
    // Nothing else promotes or approves.
    default:
      return [];
  }
}

export const roleSeparation: Detector = { metadata, judge, examples: roleSeparationExamples };

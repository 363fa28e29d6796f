import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { sourceRefAnomalyExamples } from './examples/source-ref-anomaly-examples.ts';
import { judgeLabel, judgeOutputs } from './source-ref-anomaly/judge-origin.ts';
import { judgeRef } from './source-ref-anomaly/judge-ref.ts';
import { judgeRun } from './source-ref-anomaly/judge-run.ts';

const metadata: DetectorMetadata = {
  id: 'D10',
  rule: 'source-ref-anomaly',
  version: 1,
  title: 'A commit does not come from where commits come from here',
  description:
    "A tag on a commit of no branch where tags are always on one; a commit that its pusher did not write, or that was written long before, against the repository's own habit; a release tag by somebody who never set one; a branch whose history is rewritten for the first time; a workflow that runs on a commit or ref that it never built; an image repository that is suddenly built from, or labelled with, a foreign source. Each sign is weak alone; several together, or one against a strong habit, ask for work or wake somebody.",
  severity: 'critical',
  listensTo: [
    'source.ref-updated',
    'build.started',
    'build.finished',
    'artifact.pushed',
    'artifact.inspected',
  ],
  falsePositives: [
    'The first release of a project that builds on a temporary branch, tags and deletes the branch; after a few releases that is its habit.',
    'A new release manager, an old branch that is merged at last, a maintainer who tags the commit of somebody else for the first time.',
    'A source repository that moved to another owner: announce it.',
    'A lost webhook of the forge, so that the commit was never seen.',
  ],
  knownGaps: [
    'A stolen credential of the usual releaser that pushes to the usual branch looks usual.',
    'Where producers say neither which branches hold a commit nor report pushes to branches, nothing can be known about it.',
    'A workflow that builds pull requests as well as releases under one path has no habit of commits.',
  ],
  remediation:
    'Find out who made the commit and how it came to the ref; do not release or deploy what was built from it until the named author confirms it.',
  references: {
    attack: ['T1195.001', 'T1195.002', 'T1078.004', 'T1036'],
    slsa: ['B: Authoring & reviewing', 'C: Source code management', 'D: External build parameters'],
    controls: ['SI-7', 'CM-5', 'AU-10', 'SR-4'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  switch (event.type) {
    case 'artifact.pushed':
    case 'artifact.inspected':
      return event.data.labels === undefined ? [] : judgeLabel(context, event.data);
    case 'source.ref-updated':
      return judgeRef(context, event.data);
    case 'build.started':
      return judgeRun(context, event.data);
    case 'build.finished':
      return [...judgeRun(context, event.data), ...judgeOutputs(context, event.data)];
    // It listens to no other type.
    default:
      return [];
  }
}

export const sourceRefAnomaly: Detector = {
  metadata,
  judge,
  examples: sourceRefAnomalyExamples,
};

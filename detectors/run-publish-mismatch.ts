import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { runPublishMismatchExamples } from './examples/run-publish-mismatch-examples.ts';
import { judgeCaches } from './run-publish-mismatch/foreign-cache.ts';
import { judgeEnd, judgePackage, judgePush } from './run-publish-mismatch/unpublished.ts';
import { judgeUntrusted } from './run-publish-mismatch/untrusted-run.ts';

const metadata: DetectorMetadata = {
  id: 'D25',
  rule: 'run-publish-mismatch',
  version: 1,
  title: 'What was published, or ran with rights, does not fit its run',
  description:
    'Something is published that a run made which failed or did not do its publishing steps; a newcomer sets off a run with the rights of the repository (a comment, a proposal with privileges), or a publishing workflow in a way in which it never was; a proposal runs on a builder on which only the source itself did; a run restores a cache that an outsider wrote.',
  severity: 'critical',
  listensTo: [
    'artifact.pushed',
    'tag.moved',
    'package.published',
    'build.started',
    'build.finished',
  ],
  falsePositives: [
    'A person who publishes by hand what a run had built before its last step failed.',
    'A new colleague who sets off a release by hand where releases always went by tag.',
    'A first contributor where privileged workflows greet newcomers rarely.',
  ],
  knownGaps: [
    'Producers that send neither steps nor failed runs give nothing to compare with.',
    'Triggers are known by the names that common forges use; another name for a privileged trigger looks ordinary.',
    'Caches show only where the builder tells of them.',
  ],
  remediation:
    'Treat what was published as not made by the pipeline: find who published it and with what, and revoke that; look at what a privileged run could read.',
  references: {
    attack: ['T1195.002', 'T1552', 'T1677'],
    slsa: ['E: Build process', 'F: Artifact publication'],
    controls: ['AC-6', 'CM-5', 'SI-7'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  const { unpublished, unpublishedCommits } = context.view.pipelines;
  switch (event.type) {
    case 'artifact.pushed':
    case 'tag.moved':
      return unpublished.size === 0 ? [] : judgePush(context, event);
    case 'package.published':
      return unpublished.size + unpublishedCommits.size === 0 ? [] : judgePackage(context, event);
    case 'build.started':
      return judgeUntrusted(context, event.data);
    case 'build.finished':
      return [
        ...judgeEnd(context, event),
        ...judgeUntrusted(context, event.data),
        ...judgeCaches(context, event),
      ];
    // The rule listens to no other type.
    default:
      return [];
  }
}

export const runPublishMismatch: Detector = {
  metadata,
  judge,
  examples: runPublishMismatchExamples,
};

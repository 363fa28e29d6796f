import { describeDrift } from './content-drift/describe-drift.ts';
import { driftOf, lateDriftsOf } from './content-drift/drift.ts';
import { judgeRebuild } from './content-drift/judge-rebuild.ts';
import { judgeSize } from './content-drift/judge-size.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { contentDriftExamples } from './examples/content-drift-examples.ts';

const metadata: DetectorMetadata = {
  id: 'D09',
  rule: 'content-drift',
  version: 1,
  title: 'Other content from the same inputs',
  description:
    "An image of the same commit, script and base, under the same tag and for the same platform, has another entrypoint, user or variable, other layers in a repository whose builds repeat, or packages that were not in it; or the layers above the base changed when only the base should have. Also an image that runs as root where none before did, a rebuild that lists differences, an image that nothing explains and that is built otherwise than the one before it, and a size far outside the repository's own.",
  severity: 'critical',
  listensTo: [
    'artifact.pushed',
    'artifact.inspected',
    'sbom.attached',
    'rebuild.compared',
    'build.finished',
    'attestation.attached',
  ],
  falsePositives: [
    'A rebuild on another builder image, or with unpinned packages, in a repository whose builds repeated until then.',
    'A Dockerfile outside the commit that the build names.',
  ],
  knownGaps: [
    'Images whose producer sends neither layers nor an inspection can only be compared by their digest.',
    'A repository whose builds never repeat is only judged by its config and its sizes.',
    'Of the last eight images of a repository each is compared with the newest of the same commit; older ones are forgotten.',
  ],
  remediation:
    'Compare the two images layer by layer, and rebuild the commit on a builder that is known to be clean; if the content is not what the commit says, withdraw the image.',
  references: {
    attack: ['T1195.002', 'T1525', 'T1554'],
    slsa: ['E: Build process', 'H: Package registry threats'],
    controls: ['SI-7', 'CM-6', 'SR-4(3)'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  if (event.type === 'rebuild.compared') return judgeRebuild(context);
  if (event.type === 'build.finished' || event.type === 'attestation.attached') {
    return lateDriftsOf(context).map((drift) => describeDrift(context, drift));
  }
  const drift = driftOf(context);
  const drafts = drift === undefined ? [] : [describeDrift(context, drift)];
  return event.type === 'artifact.pushed' ? [...drafts, ...judgeSize(context)] : drafts;
}

export const contentDrift: Detector = { metadata, judge, examples: contentDriftExamples };

import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { staleMirrorExamples } from './examples/stale-mirror-examples.ts';
import { describeServing } from './stale-mirror/describe-serving.ts';
import { SERVING_GRACE } from './view/rhythm/rhythm-view.ts';

const metadata: DetectorMetadata = {
  id: 'D27',
  rule: 'stale-mirror',
  version: 1,
  title: 'What was removed is still served',
  description:
    'A digest that was deleted, or that is known to be bad, is pulled, inspected or used by a run an hour or more later: a mirror or a cache has kept it. Said once for each digest and registry host; what is known to be bad weighs most.',
  severity: 'critical',
  listensTo: ['artifact.pulled', 'artifact.inspected', 'workflow-run.finished'],
  falsePositives: [
    'A site that keeps retired images on purpose, so that old runs can be repeated.',
    'A clock of the mirror that is an hour behind.',
  ],
  knownGaps: [
    'A mirror that does not report its pulls.',
    'A tag that a mirror serves with old content is seen only when that content was removed.',
  ],
  remediation:
    'Purge the digest from the mirror or cache (or keep it there on purpose and say so), and tell those who pulled it.',
  references: {
    attack: ['T1195.002'],
    slsa: ['G: Distribution channel threats', 'H: Package registry threats'],
    controls: ['SI-2', 'SI-3', 'CM-8'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view } = context;
  const { event } = context.entry;
  if (view.rhythm.removed.size === 0) return [];
  switch (event.type) {
    case 'artifact.pulled':
    case 'artifact.inspected': {
      const { digest, registry, repository, client } = event.data;
      if (digest === undefined) return [];
      return judgeUse(context, { digest, host: registry, repository, client: client?.userAgent });
    }
    case 'workflow-run.finished': {
      const seen = new Set<string>();
      return (event.data.steps ?? []).flatMap(({ digest, registry, repository }) => {
        if (digest === undefined || seen.has(digest)) return [];
        seen.add(digest);
        return judgeUse(context, { digest, host: registry, repository, client: undefined });
      });
    }
    // The detector hears no other type.
    default:
      return [];
  }
}

export type Use = {
  readonly digest: string;
  readonly host: string | undefined;
  readonly repository: string | undefined;
  readonly client: string | undefined;
};

function judgeUse(context: JudgeContext, use: Use): readonly FindingDraft[] {
  const { view, at } = context;
  const removed = view.rhythm.removed.get(use.digest);
  if (removed === undefined || at - removed.at < SERVING_GRACE) return [];
  if (removed.hosts.includes(use.host ?? '')) return [];
  return [describeServing(context, use, removed)];
}

export const staleMirror: Detector = { metadata, judge, examples: staleMirrorExamples };

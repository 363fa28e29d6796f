import { basesOf } from './base-image-changed/observed-base.ts';
import { searchEntries } from './context/ledger-commands.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { baseImageAgeExamples } from './examples/base-image-age-examples.ts';
import type { ContentView } from './view/content/content-view.ts';
import { cutDigest } from './view/content/image-record.ts';
import { DAY } from './view/limits.ts';

const metadata: DetectorMetadata = {
  id: 'D35',
  rule: 'base-image-age',
  version: 1,
  title: 'An image is built on an old base',
  description:
    'The digest that an image is built on has been in use in the project for longer than the policy allows, or for much longer than the repository usually stays on one. Told once for a digest and stage.',
  severity: 'medium',
  listensTo: ['artifact.pushed', 'artifact.inspected', 'build.finished'],
  falsePositives: [
    'A base that is pinned on purpose, for results that have to be repeated exactly.',
  ],
  knownGaps: [
    'The age counts from the first image of the project on the digest; a base that was old then is older than it looks.',
    'A repository that never changed its base has no habit of doing so; only the policy speaks there.',
  ],
  remediation: 'Build the image on the present digest of its base, or say why it stays.',
  references: {
    attack: ['T1195.001'],
    slsa: ['Dependency threats'],
    controls: ['SI-2', 'RA-5', 'CM-2'],
  },
};

/** Changes until they are a rhythm, and how many times its usual stay a base may stay. */
const MIN_CHANGES = 4;
const PATIENCE = 4;

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view, at, policy, entry } = context;
  return basesOf(entry.event).flatMap(({ repository: name, base }) => {
    if (base.digest === undefined) return [];
    const repository = view.repositories.get(name);
    const content = repository?.content;
    const cut = cutDigest(base.digest);
    const known = content?.bases?.find(({ digest }) => digest === cut);
    const shared = view.pipelines.bases.uses.get(base.digest)?.first;
    if (repository === undefined || content === undefined || known === undefined) return [];
    const since = Math.min(known.first, shared ?? known.first);
    const age = at - since;
    const limit = policy.baseImageMaxDays;
    const isOverPolicy = limit !== undefined && age > limit * DAY;
    const usual = usualStay(content);
    if (!isOverPolicy && (usual === undefined || age <= PATIENCE * usual)) return [];
    // It is told when a limit is passed: the image before, on the same digest, was not over it yet.
    const allowed = isOverPolicy ? (limit ?? 0) * DAY : PATIENCE * (usual ?? 0);
    if (known.last - since > allowed) return [];
    const days = Math.floor(age / DAY);
    return [
      {
        title: `${name} is built on a base of ${days} days`,
        message: `${base.name ?? 'Its base'}@${base.digest} has been in use for ${days} days${isOverPolicy ? `; the policy allows ${limit}` : `; the repository usually changes it every ${Math.max(1, Math.round((usual ?? 0) / DAY))} days`}.`,
        subject: { kind: 'repository', key: `repository:${name}`, repository: name },
        observed: {
          baseDigest: base.digest,
          days,
          ...(base.name === undefined ? {} : { baseImage: base.name }),
        },
        expected: isOverPolicy ? { days: limit } : { days: Math.round((usual ?? 0) / DAY) },
        role: 'an image on it',
        evidence: [],
        identity: [base.digest, isOverPolicy ? 'policy' : 'habit'],
        base: isOverPolicy ? 0.5 : 0.3,
        context: [],
        atMost: 'ticket',
        remediation: {
          owner: 'maintainers of the image',
          steps: [
            {
              text: 'See what the base is today, and build on that.',
              ...(base.name === undefined
                ? {}
                : { command: `skopeo inspect 'docker://${base.name.replaceAll("'", '')}'` }),
            },
            searchEntries('List what was built for the repository.', { repository: name }),
          ],
        },
      },
    ];
  });
}

function usualStay({ baseChanges }: ContentView): number | undefined {
  if (baseChanges === undefined || baseChanges.count < MIN_CHANGES) return undefined;
  return Math.max(DAY, (baseChanges.last - baseChanges.first) / (baseChanges.count - 1));
}

export const baseImageAge: Detector = { metadata, judge, examples: baseImageAgeExamples };

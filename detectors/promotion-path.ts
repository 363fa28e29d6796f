import { searchEntries } from './context/ledger-commands.ts';
import { inspectDigest, placeOf } from './context/registry-commands.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { promotionPathExamples } from './examples/promotion-path-examples.ts';
import { matchesGlob } from './text/match-glob.ts';
import { tagChangesOf } from './view/entry-facts.ts';
import { digestIn } from './view/explain.ts';
import { MAX_PAST_DIGESTS } from './view/limits.ts';
import { recallPast } from './view/past-digests.ts';
import type { ProjectView, RepositoryView } from './view/project-view.ts';

const metadata: DetectorMetadata = {
  id: 'D31',
  rule: 'promotion-path',
  version: 1,
  title: 'Content reached a repository past its promotion path',
  description:
    'The policy says that what is tagged in one repository was in another before; this digest never was, and neither were all parts of the index. A `*` in both names stands for the same text.',
  severity: 'critical',
  listensTo: ['artifact.pushed', 'tag.moved'],
  falsePositives: [
    'A digest that was in the first repository before anybody watched it.',
    'An index that is put together anew at promotion from parts that were rebuilt for it.',
  ],
  knownGaps: [
    'A repository of which nothing is known yet cannot be asked; only a record is kept then.',
    'Of digests that nothing points to any more the last four dozen of a repository are remembered.',
  ],
  remediation:
    'Take the tags off the digest, and promote one that went through the path; find out who could push past it.',
  references: {
    attack: ['T1195.002', 'T1078'],
    slsa: ['G: Package upload', 'H: Package registry threats'],
    controls: ['CM-3', 'CM-5', 'SA-10'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view, policy, entry, actor } = context;
  if (policy.promotions.length === 0) return [];
  const { event } = entry;
  if (event.type !== 'artifact.pushed' && event.type !== 'tag.moved') return [];
  const { repository: name } = event.data;
  const paths = policy.promotions.filter(({ to }) => matchesGlob(to, name));
  if (paths.length === 0) return [];
  const changes = tagChangesOf(event);
  const digest = changes[0]?.to;
  const repository = view.repositories.get(name);
  if (digest === undefined) return [];
  // What had a tag here before came this way before.
  if (repository !== undefined && digestIn(repository, digest)?.everTagged === true) return [];
  const parts =
    (event.type === 'artifact.pushed'
      ? event.data.children?.map((child) => child.digest)
      : undefined) ??
    (repository === undefined ? undefined : digestIn(repository, digest)?.children);
  const sources = paths.map(({ from, to }) => sourceName(from, to, name));
  const answers = sources.map((source) => wasIn(view, source, digest, parts));
  if (answers.includes('yes')) return [];
  const isKnown = answers.some((answer) => answer === 'no');
  const forgets = answers.includes('forgotten');
  const tags = changes.map(({ tag }) => tag);
  return [
    {
      title: `${name}:${tags[0] ?? ''} did not come by its promotion path`,
      message: `${actor || 'An unknown actor'} tagged ${name}@${digest}, which was never in ${sources.join(' or ')}, where the policy says that it comes from.`,
      subject: {
        kind: 'artifact',
        key: `artifact:${name}@${digest}`,
        repository: name,
        digest,
        ...(tags[0] === undefined ? {} : { tag: tags[0] }),
      },
      observed: { tags: tags.slice(0, 16), from: sources },
      expected: { promotedFrom: sources },
      role: event.type === 'artifact.pushed' ? 'the push' : 'the move',
      evidence: [],
      tags,
      base: isKnown ? 0.85 : forgets ? 0.6 : 0.3,
      context: [],
      remediation: {
        owner: 'registry administrators',
        steps: [
          inspectDigest(
            placeOf(repository, { repository: name, registry: event.data.registry }),
            digest,
            'Look at what it is.',
          ),
          searchEntries('See where the digest came from.', { digest }),
          {
            text: `Ask ${actor || 'who pushed it'} why it did not go through ${sources[0] ?? 'the path'}.`,
          },
        ],
      },
    },
  ];
}

type Answer = 'yes' | 'no' | 'forgotten' | 'unknown';

function wasIn(
  view: ProjectView,
  pattern: string,
  digest: string,
  parts: readonly string[] | undefined,
): Answer {
  const homes = pattern.includes('*')
    ? [...view.repositories.values()].filter(({ name }) => matchesGlob(pattern, name))
    : [view.repositories.get(pattern)].filter((home) => home !== undefined);
  if (homes.length === 0) return 'unknown';
  const has = (one: string): boolean => homes.some((home) => knows(home, one));
  if (has(digest) || (parts !== undefined && parts.length > 0 && parts.every(has))) return 'yes';
  return homes.every(({ past }) => past.length >= MAX_PAST_DIGESTS * PAST_LENGTH)
    ? 'forgotten'
    : 'no';
}

/** Characters that past-digests.ts keeps of a digest. */
const PAST_LENGTH = 34;

function knows(home: RepositoryView, digest: string): boolean {
  return digestIn(home, digest) !== undefined || recallPast(home.past, digest) !== undefined;
}

/** What the `*` of `to` stands for in the name goes into the `*` of `from`. */
function sourceName(from: string, to: string, name: string): string {
  const star = to.indexOf('*');
  if (star < 0 || !from.includes('*')) return from;
  const tail = to.length - star - 1;
  return from.replace('*', name.slice(star, name.length - tail));
}

export const promotionPath: Detector = { metadata, judge, examples: promotionPathExamples };

import { searchEntries } from './context/ledger-commands.ts';
import { placeOf, restoreDigest } from './context/registry-commands.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { retentionViolationExamples } from './examples/retention-violation-examples.ts';
import { ageOf, type Removal, removalOf, rulesFor } from './retention-violation/removal.ts';
import { matchesGlob } from './text/match-glob.ts';
import { CLEAN_UP, indexWith, REMOVAL_BURST, removerKey } from './view/evidence/learn-evidence.ts';
import { DAY } from './view/limits.ts';
import type { ProjectView, RepositoryView } from './view/project-view.ts';

const metadata: DetectorMetadata = {
  id: 'D33',
  rule: 'retention-violation',
  version: 1,
  title: 'A clean-up removed what it should have kept',
  description:
    'A retention rule or clean-up job removed something younger than the rule allows, something that no rule names, a digest that workflow runs cite, or a part of an index that still has a tag, which breaks that index on the platform of the part. Told once for a burst.',
  severity: 'high',
  listensTo: ['artifact.deleted', 'tag.deleted'],
  falsePositives: ['A part of an index that was pushed again under another index.'],
  knownGaps: [
    'A removal counts as a clean-up when its reason says so, or its actor is a robot in a repository with a retention rule.',
    'The age of a tag that came before the observation began is not known.',
  ],
  remediation:
    'Stop the job, restore what is needed from a copy, and narrow its rule to what nothing refers to.',
  references: {
    attack: ['T1485'],
    slsa: ['H: Package registry threats', 'Availability threats'],
    controls: ['SI-12', 'AU-11', 'CP-9'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view, policy, entry, actor, at } = context;
  const removal = removalOf(view, entry);
  if (removal === undefined) return [];
  const rules = rulesFor(policy, removal.repository);
  const isCleanUp =
    CLEAN_UP.test(removal.reason) ||
    (rules.length > 0 && isRobot(context) && removal.tags.length > 0);
  if (!isCleanUp) return [];
  const repository = view.repositories.get(removal.repository);
  const wrong = wrongOf(context, removal, repository, rules);
  if (wrong === undefined) return [];
  const key = removerKey(actor, removal.repository);
  const last = view.releases.removals.get(key);
  const burst = last !== undefined && at - last.last < REMOVAL_BURST ? last : undefined;
  // It was said when the burst took the first.
  if ((wrong.kind === 'part' || wrong.kind === 'cited') && burst?.broke === true) return [];
  const start = burst?.start ?? at;
  const { digest, tags } = removal;
  const named =
    tags.length > 0 ? `${removal.repository}:${tags[0]}` : `${removal.repository}@${digest ?? ''}`;
  return [
    {
      title: `A clean-up removed ${named}, ${wrong.title}`,
      message: `${actor || 'A clean-up'} removed ${named}${removal.reason === '' ? '' : ` (${removal.reason.slice(0, 200)})`}. ${wrong.why}.`,
      subject: {
        kind: 'repository',
        key: `repository:${removal.repository}`,
        repository: removal.repository,
        ...(tags[0] === undefined ? {} : { tag: tags[0] }),
        ...(digest === undefined ? {} : { digest }),
      },
      observed: {
        violation: wrong.kind,
        tags: tags.slice(0, 16),
        ...(digest === undefined ? {} : { digest }),
      },
      expected: {
        rules: rules.slice(0, 8).map(({ tags: pattern, days }) => ({ tags: pattern, days })),
      },
      role: 'the removal',
      evidence: [],
      tags,
      // One job that goes wrong is one finding of each kind, however much it takes.
      identity: [actor, String(start), wrong.kind],
      base: wrong.base,
      context: [],
      remediation: {
        owner: 'registry administrators',
        steps: [
          { text: 'Stop the job until its rule is narrowed.' },
          ...(digest === undefined
            ? []
            : [restoreDigest(placeOf(repository, { repository: removal.repository }), digest)]),
          searchEntries('List everything that it removed.', { repository: removal.repository }),
        ],
      },
    },
  ];
}

type Wrong = {
  readonly kind: 'cited' | 'part' | 'young' | 'outside';
  readonly title: string;
  readonly why: string;
  readonly base: number;
};

function wrongOf(
  { view, at }: JudgeContext,
  { digest, tags, repository: name, what }: Removal,
  repository: RepositoryView | undefined,
  rules: ReturnType<typeof rulesFor>,
): Wrong | undefined {
  if (digest !== undefined && what === 'digest' && isCited(view, digest)) {
    return {
      kind: 'cited',
      title: 'which workflow runs cite',
      why: 'Workflow runs cite the digest: their results cannot be repeated without it',
      // Where no rule is declared, the loss itself (D24) is the story, and the job only its cause.
      base: rules.length > 0 ? 0.65 : 0.4,
    };
  }
  if (digest !== undefined && what === 'digest' && tags.length === 0 && repository !== undefined) {
    const index = indexWith(repository, digest);
    if (index !== undefined) {
      return {
        kind: 'part',
        title: 'a part of an index that has a tag',
        why: `It is a part of ${name}@${index}, which has a tag: on its platform that tag can no longer be pulled`,
        base: 0.7,
      };
    }
  }
  if (rules.length === 0) return undefined;
  for (const tag of tags) {
    const fitting = rules.filter((rule) => matchesGlob(rule.tags, tag));
    if (fitting.length === 0) {
      return {
        kind: 'outside',
        title: 'which no rule names',
        why: `No retention rule of the repository is about the tag ${tag}`,
        base: 0.6,
      };
    }
    const age = ageOf(repository, tag, at);
    const days = Math.min(...fitting.map((rule) => rule.days));
    if (age !== undefined && age < days * DAY) {
      return {
        kind: 'young',
        title: 'which is too young',
        why: `The tag ${tag} is ${Math.floor(age / DAY)} days old; the rule keeps it for ${days}`,
        base: 0.65,
      };
    }
  }
  return undefined;
}

function isRobot({ entry }: JudgeContext): boolean {
  const { data } = entry.event;
  const kind = 'actor' in data ? data.actor?.kind : undefined;
  return kind === 'robot' || kind === 'service';
}

function isCited(view: ProjectView, digest: string): boolean {
  return view.citations.has(digest) || view.citedChildren.has(digest);
}

export const retentionViolation: Detector = {
  metadata,
  judge,
  examples: retentionViolationExamples,
};

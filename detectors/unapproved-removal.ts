import { announcedChange } from './context/announced-change.ts';
import { searchEntries } from './context/ledger-commands.ts';
import { placeOf, restoreDigest } from './context/registry-commands.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { unapprovedRemovalExamples } from './examples/unapproved-removal-examples.ts';
import { ageOf, type Removal, removalOf, rulesFor } from './retention-violation/removal.ts';
import { matchesGlob } from './text/match-glob.ts';
import { REMOVAL_BURST, removerKey } from './view/evidence/learn-evidence.ts';
import { digestIn } from './view/explain.ts';
import { DAY } from './view/limits.ts';
import type { RepositoryView } from './view/project-view.ts';

const metadata: DetectorMetadata = {
  id: 'D32',
  rule: 'unapproved-removal',
  version: 1,
  title: 'Something was removed that nobody had announced',
  description:
    'The policy wants removals announced, and no announcement and no retention rule covers this one. A burst of removals by one actor in one repository is told once.',
  severity: 'high',
  listensTo: ['artifact.deleted', 'tag.deleted', 'repository.deleted'],
  falsePositives: ['A clean-up that was agreed on but announced nowhere.'],
  knownGaps: [
    'Without the policy `removals: announced` removals are free; other rules look at bursts and at what is cited.',
    'A removal within an hour of one that was announced, by the same actor in the same repository, counts as part of it.',
  ],
  remediation:
    'Ask who removed it and why; restore what is still needed from a copy, and announce the rest.',
  references: {
    attack: ['T1485', 'T1070'],
    slsa: ['H: Package registry threats'],
    controls: ['CM-3', 'AU-11', 'CP-9'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view, policy, entry, actor, at } = context;
  if (policy.removals !== 'announced') return [];
  const removal = removalOf(view, entry);
  if (removal === undefined) return [];
  const { repository: name, tags, digest, what } = removal;
  const repository = view.repositories.get(name);
  // Untagged manifests that never had a name are waste; parts of an index are D33's.
  if (what === 'digest' && tags.length === 0) {
    const known = repository && digest !== undefined ? digestIn(repository, digest) : undefined;
    if (known?.everTagged !== true) return [];
  }
  const burst = view.releases.removals.get(removerKey(actor, name));
  if (what !== 'repository' && burst !== undefined && at - burst.last < REMOVAL_BURST) return [];
  if (announcedChange(view, { rule: metadata.rule, at, repository: name, tags, actor }).length > 0)
    return [];
  if (isRetained(context, repository, removal)) return [];
  const named =
    tags.length > 0 ? `${name}:${tags[0]}` : digest === undefined ? name : `${name}@${digest}`;
  return [
    {
      title: `${named} was removed without an announcement`,
      message: `${actor || 'An unknown actor'} removed ${named}${tags.length > 1 ? ` and ${tags.length - 1} other tags` : ''}. The policy wants removals announced; no announcement and no retention rule covers it.`,
      subject: {
        kind: 'repository',
        key: `repository:${name}`,
        repository: name,
        ...(tags[0] === undefined ? {} : { tag: tags[0] }),
        ...(digest === undefined ? {} : { digest }),
      },
      observed: {
        removed: what,
        tags: tags.slice(0, 16),
        ...(digest === undefined ? {} : { digest }),
      },
      expected: { announced: true },
      role: 'the removal',
      evidence: [],
      tags,
      base: what === 'repository' ? 0.7 : 0.55,
      context:
        repository !== undefined && actor !== '' && !repository.publishers.has(actor)
          ? [{ kind: 'publisher-new', reason: `${actor} has never published here`, effect: 0.15 }]
          : [],
      remediation: {
        owner: 'registry administrators',
        steps: [
          ...(digest === undefined
            ? []
            : [restoreDigest(placeOf(repository, { repository: name }), digest)]),
          searchEntries('See what else was removed, and by whom.', { repository: name }),
          { text: `Ask ${actor || 'the administrators'} for the reason.` },
        ],
      },
    },
  ];
}

/** Whether rules of retention cover all tags of a removal, each old enough. */
function isRetained(
  { policy, at }: JudgeContext,
  repository: RepositoryView | undefined,
  { repository: name, tags }: Removal,
): boolean {
  const rules = rulesFor(policy, name);
  const isCovered = (tag: string): boolean => {
    const age = ageOf(repository, tag, at);
    return rules.some(
      (rule) => matchesGlob(rule.tags, tag) && (age === undefined || age >= rule.days * DAY),
    );
  };
  return tags.length > 0 && tags.every(isCovered);
}

export const unapprovedRemoval: Detector = { metadata, judge, examples: unapprovedRemovalExamples };

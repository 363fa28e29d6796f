import type { FindingSubject, RemediationStep } from '../../services/core/finding.ts';
import { searchEntries } from '../context/ledger-commands.ts';
import type { EvidenceDraft, FindingDraft } from '../detector.ts';
import { cutText } from '../text/cut-text.ts';
import { listWords } from '../text/list-words.ts';
import type { ReachedUse } from '../view/taints/join-taint.ts';
import type { Match } from '../view/taints/match-use.ts';
import type { TaintStatement } from '../view/taints/taints-view.ts';
import { USE_KINDS, type Use, type UseKind } from '../view/taints/uses-of.ts';

/** Uses that a finding lists with their entries. */
const MAX_LISTED = 63;

type Reach = {
  readonly kind: UseKind;
  readonly derived: boolean;
  readonly weak: boolean;
  readonly own: boolean;
};

/** What a use weighs, directly and through something that was made of the bad thing. */
const WEIGHT: { readonly [Kind in UseKind]: readonly [direct: number, derived: number] } = {
  'publishing-build': [0.9, 0.75],
  'cited-run': [0.85, 0.75],
  build: [0.7, 0.6],
  run: [0.7, 0.65],
  package: [0.6, 0.5],
  image: [0.55, 0.5],
  pull: [0.45, 0.4],
};

const WORDS: { readonly [Kind in UseKind]: string } = {
  'publishing-build': 'builds that can publish',
  'cited-run': 'runs that a publication cites',
  build: 'builds',
  run: 'workflow runs',
  package: 'published packages',
  image: 'images',
  pull: 'pulled digests',
};

/** The finding about everything in a project that a thing reached before it became known bad. */
export function describeReached(
  statement: TaintStatement,
  project: string,
  uses: readonly ReachedUse[],
  forgotten: boolean,
): FindingDraft {
  const sorted = [...uses].sort((one, other) => weightOf(other) - weightOf(one));
  const counts = countKinds(uses);
  const total = uses.reduce((sum, { count }) => sum + count, 0);
  const where = [...new Set(sorted.map(({ what }) => what))];
  const inWords = Object.entries(counts).map(
    ([kind, count]) => `${count} ${WORDS[kind as UseKind]}`,
  );
  return {
    title: `Known bad since now, and used here: ${cutText(statement.label, 200)}`,
    message:
      `${statement.label} is known bad${because(statement)}. In this project it reached ${inWords.join(', ')}: ${listWords(where)}. ` +
      'Joined on resolved digests and versions: who was pinned by another digest is not among them.',
    subject: subjectOf(statement),
    observed: {
      uses: total,
      ...counts,
      ...(forgotten ? { complete: false } : {}),
      list: sorted.slice(0, MAX_LISTED).map(({ kind, what, ref, count, derived, weak, own }) => ({
        use: own && kind !== 'image' ? 'made it' : kind,
        what: cutText(what, 256),
        shard: ref.shard,
        entry: ref.index,
        ...(count > 1 ? { times: count } : {}),
        ...(derived ? { through: 'something made of it' } : {}),
        ...(weak ? { match: 'name and version' } : {}),
      })),
    },
    expected: { uses: 0 },
    role: 'the statement that it is bad',
    evidence: sorted.slice(0, MAX_LISTED).map(toEvidence),
    identity: ['reached', project, statement.ref.source, statement.ref.id],
    base: Math.max(...uses.map(weightOf)),
    context: [],
    remediation: {
      owner: 'security team',
      steps: [
        listUses(statement),
        ...(forgotten
          ? [
              {
                text: 'Older uses are no longer held in memory; the search above reads them from the ledger.',
              },
            ]
          : []),
        {
          text: 'Builds that ran it: rotate every credential that the run could read, delete what it published, build again from known-good digests.',
        },
        {
          text: 'Runs and publications that cite it: repeat the affected steps with a clean digest and tell the authors.',
        },
      ],
    },
  };
}

/** The finding about one use of something that was known bad before. */
export function describeUse(project: string, use: Use, match: Match, actor: string): FindingDraft {
  const { statement, derived, weak } = match.taint;
  const reach = { kind: use.kind, derived, weak, own: match.own };
  const thing = derived ? `something that was made of ${statement.label}` : statement.label;
  return {
    title: `Used although it is known bad: ${cutText(statement.label, 200)}`,
    message:
      `${use.what} ${VERBS[use.kind]} ${thing}, which is known bad${because(statement)} since ${new Date(statement.at).toISOString()}.` +
      (weak ? ' Name and version agree; the producer does not state the ecosystem.' : ''),
    subject: { ...subjectOf(statement), key: cutText(`${keyOf(statement)} in ${use.what}`, 1024) },
    observed: { use: use.kind, what: cutText(use.what, 256), bad: statement.label, derived },
    expected: { use: 'none since it is known bad' },
    role: 'the use',
    evidence: [{ ...statement.ref, role: 'the statement that it is bad' }],
    identity: [
      'used',
      project,
      use.kind,
      use.what,
      use.kind === 'pull' ? actor : '',
      statement.ref.source,
      statement.ref.id,
    ],
    base: weightOf(reach),
    context: [],
    remediation: {
      owner: 'security team',
      steps: [
        listUses(statement),
        {
          text: 'Stop whoever still resolves it: pin a clean digest, and remove the bad one from the registry and its mirrors.',
        },
      ],
    },
  };
}

const VERBS: { readonly [Kind in UseKind]: string } = {
  'publishing-build': 'built with',
  'cited-run': 'ran',
  build: 'built with',
  run: 'ran',
  package: 'published',
  image: 'holds or contains',
  pull: 'served a pull of',
};

function weightOf({ kind, derived, weak, own }: Reach): number {
  // What made the bad thing did not run it: its weight is that of holding it.
  const [direct, offspring] = WEIGHT[own ? 'image' : kind];
  return (derived ? offspring : direct) - (weak ? 0.2 : 0);
}

function countKinds(uses: readonly ReachedUse[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const kind of USE_KINDS) {
    const count = uses.filter((use) => use.kind === kind).length;
    if (count > 0) counts[kind] = count;
  }
  return counts;
}

function toEvidence({ ref, kind, derived }: ReachedUse): EvidenceDraft {
  return { ...ref, role: derived ? `${kind}, through what was made of it` : kind };
}

function subjectOf(statement: TaintStatement): FindingSubject {
  const isPackage = statement.label.startsWith('pkg:');
  return {
    kind: isPackage ? 'package' : 'artifact',
    key: cutText(keyOf(statement), 1024),
    ...(isPackage ? {} : { digest: cutText(statement.label, 256) }),
  };
}

function keyOf({ label }: TaintStatement): string {
  return `tainted:${label}`;
}

function because({ advisory, reason }: TaintStatement): string {
  const said = [advisory, cutText(reason, 300)].filter((part) => part !== '').join(': ');
  return said === '' ? '' : ` (${said})`;
}

function listUses({ label }: TaintStatement): RemediationStep {
  return label.startsWith('pkg:')
    ? searchEntries('Read the builds of the last weeks and what they resolved.', {
        type: 'build.finished',
      })
    : searchEntries('List every entry that names the digest.', { digest: label });
}

import { searchEntries } from '../context/ledger-commands.ts';
import { listReferrers, placeOf } from '../context/registry-commands.ts';
import type { ContextDraft, EvidenceDraft, FindingDraft } from '../detector.ts';
import type { RepositoryView } from '../view/project-view.ts';

export type SignatureNews = {
  readonly kind:
    | 'unsigned'
    | 'expired'
    | 'unverified'
    | 'other-key'
    | 'other-identity'
    | 'not-allowed';
  readonly digest: string;
  readonly tag?: string;
  readonly from: string;
  readonly to: string;
  readonly key?: string;
  readonly why: string;
  readonly base: number;
  readonly role: string;
  readonly evidence: readonly EvidenceDraft[];
  readonly context: readonly ContextDraft[];
};

const TITLES = {
  unsigned: 'is not signed, as releases are here',
  expired: 'has a signature that had expired',
  unverified: 'has a signature that could not be verified',
  'other-key': 'is signed with another key',
  'other-identity': 'is signed by somebody else',
  'not-allowed': 'is signed by an identity that the policy does not name',
} as const;

/** Words, evidence and commands for a signature that is not what signatures are here. */
export function describeSignature(repository: RepositoryView, news: SignatureNews): FindingDraft {
  const { digest, kind, from, to } = news;
  const name = `${repository.name}@${digest}`;
  const place = placeOf(repository, { repository: repository.name });
  return {
    title: `${repository.name}${news.tag === undefined ? '' : `:${news.tag}`} ${TITLES[kind]}`,
    message: `${name} ${TITLES[kind]}${to === '' ? '' : ` (${to})`}. ${news.why}.`,
    subject: {
      kind: 'artifact',
      key: `artifact:${name}`,
      repository: repository.name,
      digest,
      ...(news.tag === undefined ? {} : { tag: news.tag }),
    },
    observed: {
      signature: kind,
      ...(to === '' ? {} : { signer: to }),
      ...(news.key === undefined ? {} : { key: news.key }),
    },
    expected: { ...(from === '' ? {} : { signer: from }) },
    role: news.role,
    evidence: news.evidence,
    base: news.base,
    context: news.context,
    remediation: {
      owner: 'release engineers',
      steps: [
        listReferrers(place, digest),
        searchEntries('See what was signed, rotated and revoked around it.', { digest }),
        { text: `Ask ${from || 'the usual signer'} whether the change was meant.` },
      ],
    },
  };
}

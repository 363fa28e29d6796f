import { splitPurl } from '../../services/core/image/diff-packages.ts';
import { searchEntries } from '../context/ledger-commands.ts';
import { inspectDigest, listReferrers, placeOf } from '../context/registry-commands.ts';
import type { ContextDraft, EvidenceDraft, FindingDraft, JudgeContext } from '../detector.ts';
import { percent } from '../text/percent.ts';
import { shellQuote } from '../text/shell-quote.ts';
import type { PackageWeakness } from '../view/evidence/learn-package.ts';
import type { RepositoryView } from '../view/project-view.ts';

type Published = Extract<JudgeContext['entry']['event'], { type: 'package.published' }>;

/** Words, evidence and commands for a package release that is weaker than those before. */
export function describePackage(
  context: JudgeContext,
  { data }: Published,
  weakness: PackageWeakness,
  base: number,
  circumstances: readonly ContextDraft[],
): FindingDraft {
  const { name, version } = splitPurl(data.purl);
  const known = context.view.releases.packages.get(name);
  const by = context.actor || 'An unknown publisher';
  const lost = weakness.attestation !== undefined;
  return {
    title: lost
      ? `${name} ${version} lacks the attestation of the releases before it`
      : `${name} ${version} was not published the way its releases are`,
    message: lost
      ? `${by} published ${data.purl}. ${weakness.attestation === 'none' ? 'It has no attestation' : 'The registry says nothing of an attestation'}, while the last ${weakness.attested} releases of its line had one.`
      : `${by} published ${data.purl}${data.client?.tokenId === undefined ? '' : ` with token ${data.client.tokenId}`}; its releases come from ${weakness.usualPublisher || 'a pipeline without long-lived tokens'}.`,
    subject: { kind: 'package', key: `package:${name}` },
    observed: {
      purl: data.purl,
      attested: data.attested ?? 'unsaid',
      publisher: data.publisher?.name ?? '',
      ...(data.client?.tokenId === undefined ? {} : { token: data.client.tokenId }),
      ...(data.digest === undefined ? {} : { digest: data.digest }),
    },
    expected: {
      attestedReleases: weakness.attested,
      publisher: weakness.usualPublisher,
    },
    role: 'the release',
    evidence: known === undefined ? [] : [{ ...known.ref, role: 'the release before' }],
    base,
    context: circumstances,
    remediation: {
      owner: 'package maintainers',
      steps: [
        {
          text: `Ask ${weakness.usualPublisher || 'the usual publisher'} whether ${data.purl} is theirs.`,
        },
        ...(data.digest === undefined
          ? []
          : [searchEntries('List the builds and images that name it.', { digest: data.digest })]),
        {
          text: 'See what the project knows of who published it.',
          command: `provost entries --type=package.published | grep -F ${shellQuote(name)}`,
        },
        {
          text: 'If it is not theirs: have the version removed, revoke the token, and pin the version before.',
        },
      ],
    },
  };
}

export type ImageDowngrade = {
  readonly digest: string;
  readonly kind: 'none' | 'unverified' | 'other-identity';
  readonly from: string;
  readonly to: string;
  readonly share: number;
  readonly observed: number;
  readonly tag?: string;
  readonly base: number;
  readonly role: string;
  readonly evidence: readonly EvidenceDraft[];
  readonly context: readonly ContextDraft[];
};

/** Words, evidence and commands for an image whose provenance is weaker than that of those before. */
export function describeImage(repository: RepositoryView, image: ImageDowngrade): FindingDraft {
  const { digest, kind, from, to, share, observed } = image;
  const name = `${repository.name}@${digest}`;
  const place = placeOf(repository, { repository: repository.name });
  const who = to || 'nobody that it names';
  const what = {
    none: 'No verified attestation came',
    unverified: `Its attestation, by ${who}, was not verified`,
    'other-identity': `Its attestation is by ${who}`,
  }[kind];
  return {
    title:
      kind === 'other-identity'
        ? `Another identity attests ${repository.name}`
        : `${repository.name}${image.tag === undefined ? '' : `:${image.tag}`} has weaker provenance than before`,
    message: `${name}: ${what}. ${percent(share)} of the last ${observed} were verified${from === '' ? '' : `, by ${from}`}.`,
    subject: {
      kind: 'artifact',
      key: `artifact:${name}`,
      repository: repository.name,
      digest,
      ...(image.tag === undefined ? {} : { tag: image.tag }),
    },
    observed: { attestation: kind, ...(to === '' ? {} : { signer: to }) },
    expected: { share, observed, ...(from === '' ? {} : { signer: from }) },
    role: image.role,
    evidence: image.evidence,
    base: image.base,
    context: image.context,
    remediation: {
      owner: 'release engineers',
      steps: [
        listReferrers(place, digest),
        inspectDigest(place, digest, 'Look at when and from what the image says it was made.'),
        searchEntries('See which builds and attestations name the digest.', { digest }),
      ],
    },
  };
}

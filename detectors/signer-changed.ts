import { signerRotation } from './context/signer-rotation.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { signerChangedExamples } from './examples/signer-changed-examples.ts';
import { describeSignature } from './signer-changed/describe-signature.ts';
import { matchesGlob } from './text/match-glob.ts';
import { identityOf, signerNews } from './view/evidence/identity.ts';
import { isProvenance } from './view/evidence/learn-evidence.ts';
import { duePushes, SIGNATURE_EVENTS, signsReleases } from './view/evidence/unsigned.ts';
import { explain, provenanceHabit } from './view/explain.ts';
import { shareOf } from './windows/bit-window.ts';

const metadata: DetectorMetadata = {
  id: 'D34',
  rule: 'signer-changed',
  version: 1,
  title: 'A release unsigned, or signed by somebody else than before',
  description:
    "A release got no signature in the time that it usually takes where releases are signed, or one that had expired, by another identity or with another key than the repository's signatures until now, or by an identity that the policy does not name. A rotation that the key service announced, or that other repositories make in the same way, lowers it.",
  severity: 'critical',
  listensTo: SIGNATURE_EVENTS,
  falsePositives: [
    'A rotation of keys that no event tells of.',
    'A signature that comes much later than usual.',
  ],
  knownGaps: [
    'A repository that never signed loses nothing by not signing.',
    'A signature by the usual key over malicious content is as good as any.',
  ],
  remediation:
    'Ask the usual signer whether the signature is theirs and why it changed; until then do not admit the digest, and revoke the key if it is in other hands.',
  references: {
    attack: ['T1553.002', 'T1552.004', 'T1195.002'],
    slsa: ['G: Package upload', 'H: Package registry threats'],
    controls: ['CM-14', 'SC-12', 'SI-7(15)'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  const { view } = context;
  const now = Math.max(view.now, context.at);
  const unsigned = now < view.releases.nextUnsigned ? [] : judgeUnsigned(context, now);
  if (event.type === 'signature.attached') return [...unsigned, ...judgeSignature(context)];
  if (event.type === 'attestation.attached' && context.policy.signers.length > 0) {
    return isProvenance(event.data.predicateType)
      ? [...unsigned, ...judgeAgainstPolicy(context)]
      : unsigned;
  }
  return unsigned;
}

function judgeUnsigned(context: JudgeContext, now: number): readonly FindingDraft[] {
  const { view } = context;
  return duePushes(view, now, context.entry.event).flatMap((push) => {
    const repository = view.repositories.get(push.repository);
    const evidence = repository?.evidence;
    if (repository === undefined || !signsReleases(evidence)) return [];
    const signed = evidence?.signed ?? { bits: 0, count: 0 };
    const unexplained =
      provenanceHabit(view, repository).expects !== 'nothing' &&
      explain(view, repository, push.digest).kind === 'none';
    const draft = describeSignature(repository, {
      kind: 'unsigned',
      digest: push.digest,
      tag: push.tag,
      from: evidence?.signatures?.identities[0]?.id ?? '',
      to: '',
      why: `${Math.round(shareOf(signed) * 100)} % of the last ${signed.count} releases were signed, and the time for it is over`,
      base: 0.6,
      role: 'the push',
      evidence: [],
      context: [
        ...(push.publisherKnown
          ? []
          : [
              {
                kind: 'publisher-new',
                reason: `${push.by} had never published here`,
                effect: 0.15,
              },
            ]),
        ...(unexplained
          ? [{ kind: 'unexplained-here', reason: 'No build explains it either', effect: 0.1 }]
          : []),
      ],
    });
    return [{ ...draft, about: { ref: push.ref, at: push.at, actor: push.by }, tags: [push.tag] }];
  });
}

function judgeSignature(context: JudgeContext): readonly FindingDraft[] {
  const { view, at, policy } = context;
  const { event } = context.entry;
  if (event.type !== 'signature.attached') return [];
  const { data } = event;
  const repository =
    data.repository === undefined ? undefined : view.repositories.get(data.repository);
  if (policy.signers.length > 0) {
    const drafts = judgeAgainstPolicy(context);
    if (drafts.length > 0) return drafts;
  }
  if (repository === undefined) return [];
  const { signer } = data;
  const news = signerNews(repository.evidence?.signatures, signer);
  const to = signer === undefined ? '' : identityOf(signer);
  const usual = news.usual.find(({ id }) => id === to) ?? news.usual[0];
  const about = { digest: data.digest, from: usual?.id ?? '', to, role: 'the signature' };
  const isExpired = data.expiresAt !== undefined && Date.parse(data.expiresAt) < at;
  if (isExpired && !news.expires) {
    return [
      describeSignature(repository, {
        ...about,
        kind: 'expired',
        why: `It had expired at ${data.expiresAt ?? ''}`,
        base: 0.6,
        evidence: [],
        context: [],
      }),
    ];
  }
  const isWeaker = news.verifies && !data.verified;
  const isChange = news.kind === 'other-identity' || news.kind === 'other-key';
  if (!isWeaker && !isChange) return [];
  // The usual signature stands; another one beside it takes nothing away.
  if (isChange && news.kind === 'other-identity' && !isWeaker && usualSigned(context)) return [];
  const rotation =
    isChange && usual !== undefined
      ? signerRotation(view, {
          repository: repository.name,
          from: news.kind === 'other-key' ? usual.key : usual.id,
          to: news.kind === 'other-key' ? (signer?.keyId ?? '') : to,
          fromKey: usual.key,
          ...(signer?.keyId === undefined ? {} : { toKey: signer.keyId }),
          at,
        })
      : { context: [], evidence: [] };
  const base = isWeaker ? (isChange ? 0.7 : 0.5) : news.kind === 'other-key' ? 0.5 : 0.6;
  return [
    describeSignature(repository, {
      ...about,
      kind: isWeaker ? 'unverified' : news.kind === 'other-key' ? 'other-key' : 'other-identity',
      ...(signer?.keyId === undefined ? {} : { key: signer.keyId }),
      why: isWeaker
        ? `It could not be verified${data.reason === undefined ? '' : ` (${data.reason.slice(0, 200)})`}, as the signatures here are`
        : `Until now ${usual?.id ?? 'another identity'} signed${news.kind === 'other-key' ? ` with key ${usual?.key ?? ''}` : ''}, ${usual?.count ?? 0} times`,
      base,
      evidence: rotation.evidence,
      context: rotation.context,
    }),
  ];
}

/** Whether somebody may sign is the policy's to say, whatever the habit. */
function judgeAgainstPolicy({ entry, view, policy }: JudgeContext): readonly FindingDraft[] {
  const { event } = entry;
  if (event.type !== 'signature.attached' && event.type !== 'attestation.attached') return [];
  const { signer, repository: name, digest } = event.data;
  const repository = name === undefined ? undefined : view.repositories.get(name);
  if (signer === undefined || repository === undefined) return [];
  const names = [signer.identity, identityOf(signer), signer.keyId ?? signer.identity];
  if (policy.signers.some((pattern) => names.some((one) => matchesGlob(pattern, one)))) return [];
  return [
    describeSignature(repository, {
      kind: 'not-allowed',
      digest,
      from: policy.signers.slice(0, 4).join(', '),
      to: identityOf(signer),
      why: 'The policy does not name this identity among those that may sign',
      base: event.data.verified ? 0.85 : 0.6,
      role: event.type === 'signature.attached' ? 'the signature' : 'the attestation',
      evidence: [],
      context: [],
    }),
  ];
}

function usualSigned({ entry, view }: JudgeContext): boolean {
  const { event } = entry;
  if (event.type !== 'signature.attached' || event.data.repository === undefined) return false;
  const counted = view.repositories.get(event.data.repository)?.evidence?.counted ?? '';
  const isWaiting = view.releases.unsigned.some(({ digest }) => digest === event.data.digest);
  const start = event.data.digest.indexOf(':') + 1;
  return !isWaiting && counted.includes(event.data.digest.slice(start, start + 16));
}

export const signerChanged: Detector = { metadata, judge, examples: signerChangedExamples };

import { signerRotation } from './context/signer-rotation.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { provenanceDowngradeExamples } from './examples/provenance-downgrade-examples.ts';
import { describeImage, describePackage } from './provenance-downgrade/describe-downgrade.ts';
import { identityOf, signerNews } from './view/evidence/identity.ts';
import { isProvenance } from './view/evidence/learn-evidence.ts';
import { weaknessOf } from './view/evidence/learn-package.ts';
import { provenanceHabit } from './view/explain.ts';
import type { AwaitedPush } from './view/project-view.ts';
import { NOTHING_OBSERVED, shareOf } from './windows/bit-window.ts';

const metadata: DetectorMetadata = {
  id: 'D04',
  rule: 'provenance-downgrade',
  version: 1,
  title: 'A release with weaker provenance than those before it',
  description:
    "The last releases of an image or a package carried an attestation, came from one publishing identity, or without a long-lived token; this one has no attestation, an unverified one, one of another identity, or was published by a person or with a token. Judged against the package's or repository's own last releases; where attestations follow the push, when their usual delay is over.",
  severity: 'critical',
  listensTo: ['package.published', 'attestation.attached'],
  falsePositives: [
    'A release by hand while the pipeline is broken.',
    'A new publishing pipeline without any rotation, revocation or announcement that says so.',
    'A producer that stops saying whether a package is attested.',
  ],
  knownGaps: [
    'A package or image whose earlier releases had no provenance has nothing to lose.',
    'An attestation that the real pipeline made over malicious content is no weaker than before.',
    'Fewer than two attested releases in a row of a line are no habit.',
  ],
  remediation:
    'Ask the usual publisher whether the release is theirs; until then stop its use, revoke the token that published it, and publish from the pipeline with an attestation.',
  references: {
    attack: ['T1195.002', 'T1078.004', 'T1528'],
    slsa: ['E: Build process', 'G: Package upload'],
    controls: ['SR-4', 'SR-11', 'SI-7'],
  },
};

/** Releases in a row from which the loss of their attestation wakes somebody. */
const CLEAR_HABIT = 4;

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  if (event.type === 'package.published') return judgePackage(context, event);
  return event.type === 'attestation.attached' ? judgeAttestation(context, event) : [];
}

function judgePackage(
  context: JudgeContext,
  event: Extract<JudgeContext['entry']['event'], { type: 'package.published' }>,
): readonly FindingDraft[] {
  const weakness = weaknessOf(context.view, event);
  if (weakness === undefined) return [];
  const { attestation, attested, publisher, unsourced } = weakness;
  const lost =
    attestation === undefined
      ? 0
      : attested >= CLEAR_HABIT
        ? attestation === 'none'
          ? 0.8
          : 0.7
        : attestation === 'none'
          ? 0.65
          : 0.55;
  const other = publisher === undefined ? 0 : publisher === 'other' ? 0.3 : 0.6;
  const base = Math.max(lost, other);
  return [
    describePackage(context, event, weakness, base, [
      ...(lost > 0 && publisher !== undefined
        ? [
            {
              kind: 'identity-weaker',
              reason: `Published by ${context.actor || 'somebody'}${publisher === 'token' ? ' with a long-lived token' : ''}, not by ${weakness.usualPublisher} as usual`,
              effect: 0.15,
            },
          ]
        : []),
      ...(unsourced
        ? [
            {
              kind: 'no-source',
              reason: 'It names no commit or source, as the last releases all did',
              effect: 0.1,
            },
          ]
        : []),
    ]),
  ];
}

function judgeAttestation(
  context: JudgeContext,
  event: Extract<JudgeContext['entry']['event'], { type: 'attestation.attached' }>,
): readonly FindingDraft[] {
  const { view, at } = context;
  const { data } = event;
  if (data.repository === undefined || !isProvenance(data.predicateType)) return [];
  const repository = view.repositories.get(data.repository);
  const habit = repository?.evidence?.provenance;
  if (repository === undefined || habit === undefined) return [];
  const news = signerNews(habit, data.signer);
  const isWeaker = news.verifies && !data.verified;
  const isOther = news.kind === 'other-identity';
  if (!isWeaker && !isOther) return [];
  const usual = news.usual[0];
  const to = data.signer === undefined ? '' : identityOf(data.signer);
  // Anybody can attach one; beside a verified one it is noise.
  const hasVerified = view.attestations.has(data.digest);
  if (isWeaker && hasVerified) return [];
  const rotation =
    isOther && usual !== undefined
      ? signerRotation(view, {
          repository: repository.name,
          from: usual.id,
          to,
          fromKey: usual.key,
          ...(data.signer?.keyId === undefined ? {} : { toKey: data.signer.keyId }),
          at,
        })
      : { context: [], evidence: [] };
  return [
    describeImage(repository, {
      digest: data.digest,
      kind: isWeaker ? 'unverified' : 'other-identity',
      from: usual?.id ?? '',
      to,
      share: shareOf(habit.verified),
      observed: habit.total,
      base: isWeaker ? (isOther ? 0.75 : 0.55) : 0.55,
      role: 'the attestation',
      evidence: rotation.evidence,
      context: [
        ...rotation.context,
        ...(isOther && !isWeaker && habit.identities.some(({ id }) => id === to)
          ? [
              {
                kind: 'told-before',
                reason: 'It attested here before, which was told then',
                effect: -0.2,
              },
            ]
          : []),
      ],
    }),
  ];
}

/** No attestation came in the time that it usually takes. */
function judgeDue({ view }: JudgeContext, due: AwaitedPush): readonly FindingDraft[] {
  if (due.attested) return [];
  const repository = view.repositories.get(due.repository);
  if (repository === undefined || !provenanceHabit(view, repository).attested) return [];
  const { attested = NOTHING_OBSERVED } = repository;
  const draft = describeImage(repository, {
    digest: due.digest,
    kind: 'none',
    from: repository.evidence?.provenance?.identities[0]?.id ?? '',
    to: '',
    share: shareOf(attested),
    observed: attested.count,
    ...(due.tags[0] === undefined ? {} : { tag: due.tags[0].tag }),
    base: 0.6,
    role: 'the push',
    evidence: [],
    context:
      due.publisherKnown || due.by === ''
        ? []
        : [{ kind: 'publisher-new', reason: `${due.by} had never published here`, effect: 0.15 }],
  });
  return [
    {
      ...draft,
      // That nothing at all explains the push is the graver story, and D03 tells it.
      ...(due.explained ? {} : { atMost: 'log' as const }),
      about: { ref: due.ref, at: due.at, actor: due.by },
      tags: due.tags.map(({ tag }) => tag),
    },
  ];
}

export const provenanceDowngrade: Detector = {
  metadata,
  judge,
  judgeDue,
  examples: provenanceDowngradeExamples,
};

import { searchEntries } from './context/ledger-commands.ts';
import { inspectDigest, placeOf } from './context/registry-commands.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { credentialInImageExamples } from './examples/credential-in-image-examples.ts';
import { listWords } from './text/list-words.ts';
import { indexOfFingerprint } from './view/content/learn-content.ts';
import { secretsOf } from './view/content/secrets.ts';

const metadata: DetectorMetadata = {
  id: 'D17',
  rule: 'credential-in-image',
  version: 1,
  title: 'A credential in an image',
  description:
    'The inspector found a credential in a layer, also one that a later layer hides, or a label, an annotation or a step of the build history holds one: a known format, or a value that looks random under a name that says secret. Placeholders and what only stands for a value do not count. The value itself is never told, and a rebuild that carries the same credential is not told again.',
  severity: 'critical',
  listensTo: ['artifact.inspected', 'artifact.pushed'],
  falsePositives: [
    'A key that is meant to be public, or one that was made for tests, outside the usual places of tests.',
    'A random value under a name that only sounds secret.',
  ],
  knownGaps: [
    'What the inspector does not look into (encrypted archives, exotic formats) is not found.',
    'Credentials without a known format are only suspected by their name and their look.',
    'Of a repository the last two dozen findings are remembered; an older one is told again.',
  ],
  remediation:
    'Revoke the credential now (whoever pulled the image has it), see what it was used for since the image was pushed, and build the image without it.',
  references: {
    attack: ['T1552.001', 'T1078', 'T1525'],
    slsa: ['D: Build process inputs', 'A: Producer'],
    controls: ['IA-5', 'SC-28', 'SI-4'],
  },
};

function judge({ entry, view, actor }: JudgeContext): readonly FindingDraft[] {
  const { event } = entry;
  if (event.type !== 'artifact.inspected' && event.type !== 'artifact.pushed') return [];
  const facts = secretsOf(event);
  if (facts.length === 0) return [];
  const repository = view.repositories.get(event.data.repository);
  const told = repository?.content?.secrets ?? '';
  const fresh = facts.filter(({ fingerprint }) => indexOfFingerprint(told, fingerprint) < 0);
  if (fresh.length === 0) return [];
  const { digest } = event.data;
  const name = `${event.data.repository}@${digest}`;
  const places = fresh.map(({ kind, where }) => `${kind} in ${where.slice(0, 160)}`);
  const certain = fresh.some((one) => one.certain && !one.example);
  const kinds = [...new Set(fresh.map(({ kind }) => kind))];
  const place = placeOf(repository, { repository: event.data.repository });
  const onlyExamples = fresh.every(({ example }) => example);
  return [
    {
      title: `${event.data.repository} holds ${fresh.length === 1 ? 'a credential' : `${fresh.length} credentials`}: ${listWords(kinds)}`,
      message: `${name} holds ${listWords(places)}. Whoever can pull the image has it.`,
      subject: {
        kind: 'artifact',
        key: `artifact:${name}`,
        repository: event.data.repository,
        digest,
      },
      observed: {
        credentials: fresh
          .slice(0, 32)
          .map(({ kind, where }) => ({ kind, where: where.slice(0, 256) })),
      },
      expected: { credentials: [] },
      role: event.type === 'artifact.inspected' ? 'the inspection' : 'the push',
      evidence: [],
      ...(event.type === 'artifact.pushed' ? { tags: event.data.tags } : {}),
      base: fresh.some((one) => one.certain) ? 0.85 : 0.5,
      context: [
        ...(onlyExamples
          ? [
              {
                kind: 'example-place',
                reason: 'It lies where tests, examples and documentation lie',
                effect: -0.4,
              },
            ]
          : []),
        ...(!certain && fresh.length > 8
          ? [
              {
                kind: 'many-suspicions',
                reason:
                  'Many suspicions at once, none of a known format, are rather a habit of the image than a leak',
                effect: -0.2,
              },
            ]
          : []),
      ],
      remediation: {
        owner: 'owners of the credential',
        steps: [
          {
            text: `Revoke it at its issuer${actor === '' ? '' : `; ${actor} pushed or inspected the image`}.`,
          },
          inspectDigest(place, digest, 'See which step of the build put it there.'),
          searchEntries('List who pulled, ran and built on the image.', { digest }),
        ],
      },
    },
  ];
}

export const credentialInImage: Detector = { metadata, judge, examples: credentialInImageExamples };

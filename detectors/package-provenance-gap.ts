import { searchEntries } from './context/ledger-commands.ts';
import { fetchPackage } from './context/package-commands.ts';
import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { packageProvenanceGapExamples } from './examples/package-provenance-gap-examples.ts';
import { gapsOf } from './package-provenance-gap/gaps.ts';
import { evidenceOf } from './view/packages/package-evidence.ts';
import { packageName } from './view/packages/package-name.ts';
import type { PackageView } from './view/packages/packages-view.ts';

const metadata: DetectorMetadata = {
  id: 'P03',
  catalogue: 'D03',
  rule: 'package-provenance-gap',
  version: 1,
  title: 'A package version comes from nowhere',
  description:
    'Class D03 for packages: a version was published without the git tag, the build run, the commit or the attestation that the publications of this package have by its own habit. One that is missing asks for work; two are the picture of an upload past the pipeline and wake somebody.',
  severity: 'critical',
  listensTo: ['package.published'],
  falsePositives: [
    'A release by hand in an emergency, without tag and pipeline: announce it, or tag first.',
    'A pipeline that was replaced and now tags after it publishes; after some releases that is the habit.',
    'A lost webhook of the forge or of the build system (the source health says so).',
  ],
  knownGaps: [
    'A package with fewer than three publications has no habit.',
    'A malicious version that the usual pipeline published from a usual tag has everything (D06, D10, D21 look there).',
    'Tags are matched by name (1.2.3, v1.2.3, name-1.2.3, name@1.2.3 and the like); other schemes form no habit.',
  ],
  remediation:
    'Hold the version back (yank or quarantine it) until a maintainer shows where it came from; if nobody can, revoke the publishing credentials and warn everybody who installed it.',
  references: {
    attack: ['T1195.002', 'T1195.001', 'T1078'],
    slsa: ['F: Artifact publication', 'E: Build process'],
    controls: ['SI-7', 'SR-4', 'CM-5', 'SR-11'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view, at, entry, actor } = context;
  const { event } = entry;
  if (event.type !== 'package.published') return [];
  const { data } = event;
  const name = packageName(data.purl);
  const known = view.packages.packages.get(name.key);
  if (known === undefined) return [];
  const evidence = evidenceOf(view, known, data, name, at);
  const gaps = gapsOf(known, evidence);
  const [main, ...others] = gaps;
  if (main === undefined) return [];
  const last = known.versions.at(-1);
  return [
    {
      title: `${name.key} ${name.version} comes from nowhere`,
      message: `${actor || 'An unknown actor'} published ${data.purl}. ${gaps.map(({ reason }) => `${reason}.`).join(' ')}`,
      subject: { kind: 'package', key: `package:${name.key}@${name.version}`.slice(0, 1024) },
      observed: { version: name.version, lacks: gaps.map(({ kind }) => kind), ...evidence },
      expected: Object.fromEntries(gaps.map(({ kind, observed }) => [kind, observed])),
      role: 'the publication',
      evidence: last === undefined ? [] : [{ ...last.ref, role: 'the publication before' }],
      base: main.weight,
      context: [
        ...others.map(({ kind, reason, added }) => ({
          kind: `not-${kind}`,
          reason,
          effect: added,
        })),
        ...circumstances(context, known, data),
      ],
      remediation: {
        owner: 'maintainers of the package',
        steps: [
          fetchPackage(name.key, name.version),
          { text: `Ask ${actor || 'the maintainers'} how the version was made and published.` },
          searchEntries('See who was active when it was published.', {
            from: new Date(at - 3_600_000).toISOString(),
            to: new Date(at + 3_600_000).toISOString(),
          }),
        ],
      },
    },
  ];
}

type Published = Extract<JudgeContext['entry']['event'], { type: 'package.published' }>['data'];

function circumstances(
  { actor }: JudgeContext,
  known: PackageView,
  data: Published,
): readonly ContextDraft[] {
  const { scripted } = known;
  return [
    ...(actor !== '' && known.publishers.size > 0 && !known.publishers.has(actor)
      ? [{ kind: 'publisher-new', reason: `${actor} has never published it`, effect: 0.1 }]
      : []),
    ...(data.installScript === true && scripted.count >= 3 && scripted.bits === 0
      ? [
          {
            kind: 'install-script-new',
            reason: 'It runs code when it is installed, which no version before did',
            effect: 0.15,
          },
        ]
      : []),
    ...(data.attested === true
      ? [
          {
            kind: 'attested',
            reason: 'The registry shows an attestation for it',
            effect: -0.3,
          },
        ]
      : []),
  ];
}

export const packageProvenanceGap: Detector = {
  metadata,
  judge,
  examples: packageProvenanceGapExamples,
};

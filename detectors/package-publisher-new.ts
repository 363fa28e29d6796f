import { searchEntries } from './context/ledger-commands.ts';
import { fetchPackage } from './context/package-commands.ts';
import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { packagePublisherNewExamples } from './examples/package-publisher-new-examples.ts';
import { newcomerOf } from './package-publisher-new/newcomer.ts';
import { EVIDENCE_KINDS, evidenceOf, isUsual } from './view/packages/package-evidence.ts';
import { packageName } from './view/packages/package-name.ts';
import type { PackageView } from './view/packages/packages-view.ts';

const metadata: DetectorMetadata = {
  id: 'P11',
  catalogue: 'D11',
  rule: 'package-publisher-new',
  version: 1,
  title: 'Somebody publishes an established package for the first time',
  description:
    'Class D11 for packages: the first publication of an established package by an account, or by a credential that its account never used for it, or by one whose only versions were withdrawn. Weak alone, because a new colleague or a rotated token looks the same; it asks for work together with missing evidence or a new install script.',
  severity: 'high',
  listensTo: ['package.published'],
  falsePositives: [
    'A new maintainer, a pipeline that takes over from people, a rotated token.',
    'A credential that published a broken version, which was removed, and publishes the repaired one.',
  ],
  knownGaps: [
    'A stolen credential that has published before looks known (D15 and D28 look at where and when it is used).',
    'Registries that do not say who published give nothing to judge.',
  ],
  remediation:
    'Confirm with the owners of the package that this account or credential is meant to publish it; otherwise withdraw the right and the version.',
  references: {
    attack: ['T1078', 'T1098', 'T1195.002'],
    slsa: ['F: Artifact publication'],
    controls: ['AC-2', 'AC-6', 'CM-5', 'IA-5'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view, at, actor, entry } = context;
  const { event } = entry;
  if (event.type !== 'package.published') return [];
  const { data } = event;
  const name = packageName(data.purl);
  const known = view.packages.packages.get(name.key);
  if (known === undefined) return [];
  const token = data.client?.tokenId ?? '';
  const newcomer = newcomerOf(known, actor, token, at);
  if (newcomer === undefined) return [];
  const { what, base } = newcomer;
  const last = known.versions.at(-1);
  return [
    {
      title: `${name.key}: first publication by ${what}`,
      message: `${name.version} was published by ${what}. ${newcomer.why}`,
      subject: {
        kind: 'package',
        key: `package:${name.key}:by:${actor}:${token}`.slice(0, 1024),
        ...(actor === '' || actor.length > 256 ? {} : { principal: actor }),
      },
      observed: {
        version: name.version,
        ...(actor === '' ? {} : { publisher: actor }),
        ...(token === '' ? {} : { credential: token }),
      },
      expected: {
        publishers: [...known.publishers.keys()].slice(-8),
        credentials: [...known.tokens.keys()].slice(-4),
      },
      role: 'the publication',
      evidence: last === undefined ? [] : [{ ...last.ref, role: 'the publication before' }],
      base,
      context: [
        ...newcomer.context,
        ...gapContext(context, known, name),
        ...scriptContext(known, data.installScript),
        ...elsewhereContext(context, name.key),
      ],
      remediation: {
        owner: 'owners of the package',
        steps: [
          fetchPackage(name.key, name.version),
          {
            text: 'Ask the owners, over another channel than the account itself, whether they know of it.',
          },
          ...(actor === '' ? [] : [searchEntries('List what else this account did.', { actor })]),
        ],
      },
    },
  ];
}

function gapContext(
  { view, at, entry: { event } }: JudgeContext,
  known: PackageView,
  name: { readonly key: string; readonly version: string },
): readonly ContextDraft[] {
  if (event.type !== 'package.published') return [];
  const evidence = evidenceOf(view, known, event.data, name, at);
  const lacks = EVIDENCE_KINDS.filter((kind) => evidence[kind] === false && isUsual(known[kind]));
  if (lacks.length === 0) return [];
  return [
    {
      kind: 'unexplained-here',
      reason: `It is not ${lacks.join(', not ')}, as the publications before were`,
      effect: lacks.length === 1 ? 0.2 : 0.35,
    },
  ];
}

function scriptContext(
  { scripted }: PackageView,
  installScript: boolean | undefined,
): readonly ContextDraft[] {
  if (installScript !== true || scripted.count < 3 || scripted.bits !== 0) return [];
  return [
    {
      kind: 'install-script-new',
      reason: 'It runs code when it is installed, which no version before did',
      effect: 0.2,
    },
  ];
}

/** Whoever publishes other packages of the project is less of a stranger. */
function elsewhereContext({ view, actor }: JudgeContext, key: string): readonly ContextDraft[] {
  if (actor === '') return [];
  for (const [other, { publishers }] of view.packages.packages) {
    const elsewhere = publishers.get(actor);
    if (other === key || elsewhere === undefined || elsewhere.count < 5) continue;
    return [
      {
        kind: 'known-in-project',
        reason: `${actor} has published ${other} ${elsewhere.count} times`,
        effect: -0.1,
      },
    ];
  }
  return [];
}

export const packagePublisherNew: Detector = {
  metadata,
  judge,
  examples: packagePublisherNewExamples,
};

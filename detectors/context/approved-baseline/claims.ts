import { ASPECTS, type Aspect } from '../../../services/core/baseline/baseline.ts';
import type { FindingSubject } from '../../../services/core/finding.ts';

/** What a finding calls strange: if a baseline knows every value of it as good, the finding is explained. */
type Claim = { readonly aspect: Aspect; readonly values: readonly string[] };

/** Claims of which any one set, known good as a whole, explains the finding. */
export type Claims = readonly (readonly Claim[])[];

/** The part of a finding, or of the draft of one, that claims are read from. */
export type Claimant = {
  readonly rule: string;
  readonly subject: FindingSubject;
  readonly observed: Readonly<Record<string, unknown>>;
  readonly actor?: string | undefined;
};

type Read = (finding: Claimant) => Claims;

/** Findings list at most so many values: a list as long as this may be cut. */
const MAX_VALUES = 64;
const MAX_LENGTH = 512;

/**
 * What has to be known good so that a rule's finding is explained. A rule that is not here (removals, bursts, stolen
 * credentials, taints, secrets, a ledger that forks) no baseline explains.
 */
const RULES: ReadonlyMap<string, Read> = new Map<string, Read>([
  [
    'tag-mutation',
    ({ observed }) => [
      [claim('digests', observed['to'])],
      [{ aspect: 'tag-behaviour', values: ['moving'] }],
    ],
  ],
  // Who declared that a tag moves did not mean that it goes back.
  ['rollback', ({ observed }) => [[claim('digests', observed['to'])]]],
  [
    'provenance-gap',
    (finding) => [
      [content(finding)],
      ...(finding.observed['missing'] === 'attestation' ? [[unattested()]] : []),
    ],
  ],
  [
    'provenance-downgrade',
    (finding) => [
      [content(finding)],
      ...(finding.observed['attestation'] === 'none' ? [[unattested()]] : []),
      ...(finding.observed['attestation'] === 'other-identity'
        ? [[claim('signer', finding.observed['signer'])]]
        : []),
    ],
  ],
  [
    'publisher-new',
    ({ observed, actor, subject }) =>
      // A known publisher's new credential is not a question of who publishes.
      observed['credential'] === undefined
        ? [[claim('publishers', actor ?? subject.principal)]]
        : [[claim('clients', observed['credential'])]],
  ],
  [
    'builder-changed',
    (finding) => [
      [
        claim('builder', finding.observed['builder']),
        claim('source-repository', finding.observed['source']),
      ],
      [content(finding)],
    ],
  ],
  [
    'build-script-changed',
    ({ observed }) => [[claim('workflow', joined(observed['workflow'], '@', observed['digest']))]],
  ],
  [
    'build-environment-changed',
    ({ observed }) => {
      const names = [...textsOf(observed['added']), ...textsOf(observed['changed'])];
      return [[claim('environment', names)], [claim('parameters', names)], [claim('flags', names)]];
    },
  ],
  [
    'dependency-drift',
    (finding) => [
      [content(finding)],
      // The same version with other content is not what anybody approved by its name.
      ...(finding.observed['drift'] === 'content'
        ? []
        : [
            [
              claim(
                'dependencies',
                joined(finding.observed['dependency'], '@', finding.observed['version']),
              ),
            ],
          ]),
    ],
  ],
  ['content-drift', (finding) => [[content(finding)], [claim('size', finding.observed['size'])]]],
  [
    'base-image-changed',
    (finding) =>
      finding.observed['kind'] === 'tainted' ? [] : [[baseImage(finding)], [content(finding)]],
  ],
  ['base-image-age', (finding) => [[baseImage(finding)]]],
  [
    'signer-changed',
    (finding) => [
      [content(finding)],
      ...(finding.observed['signature'] === 'other-identity'
        ? [[claim('signer', finding.observed['signer'])]]
        : []),
    ],
  ],
  // It names what it observed by aspect; a new version of the baseline has to know all of it.
  [
    'baseline-violation',
    ({ observed }) => [
      ASPECTS.filter((aspect) => Object.hasOwn(observed, aspect)).map((aspect) =>
        claim(aspect, observed[aspect]),
      ),
    ],
  ],
]);

/** What a finding calls strange, in the words of baselines; empty when no baseline can explain it. */
export function claimsOf(finding: Claimant): Claims {
  const ways = RULES.get(finding.rule)?.(finding) ?? [];
  return ways.filter((way) => way.length > 0 && way.every(({ values }) => values.length > 0));
}

function content({ subject }: Claimant): Claim {
  return claim('digests', subject.digest);
}

function unattested(): Claim {
  return { aspect: 'attestation', values: ['none'] };
}

function baseImage({ observed }: Claimant): Claim {
  const { baseImage: name, baseDigest: digest } = observed;
  return claim('base-image', typeof name === 'string' ? joined(name, '@', digest) : digest);
}

/** Nothing when the values are of another kind or too many to be kept, because then they are not all known. */
function claim(aspect: Aspect, value: unknown): Claim {
  const texts = textsOf(value);
  return { aspect, values: texts.length < MAX_VALUES && texts.every(isShort) ? texts : [] };
}

function textsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts = list.map((item) => (typeof item === 'number' ? String(item) : item));
  return texts.every((item) => typeof item === 'string') ? texts : [];
}

function isShort(text: string): boolean {
  return text !== '' && text.length <= MAX_LENGTH;
}

function joined(name: unknown, separator: string, rest: unknown): string | undefined {
  if (typeof name !== 'string' || name === '') return undefined;
  return typeof rest === 'string' && rest !== '' ? `${name}${separator}${rest}` : name;
}

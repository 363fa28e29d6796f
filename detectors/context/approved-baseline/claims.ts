import { ASPECTS, type Aspect } from '../../../services/core/baseline/baseline.ts';
import type { FindingSubject } from '../../../services/core/finding.ts';

/** What a finding calls strange: if a baseline knows every value of it as good, the finding is explained. */
export type Claim = { readonly aspect: Aspect; readonly values: readonly string[] };

/** Claims of which any one set, known good as a whole, explains the finding. */
export type Claims = readonly (readonly Claim[])[];

/** The part of a finding, or of the draft of one, that claims are read from. */
export type Claimant = {
  readonly rule: string;
  readonly subject: FindingSubject;
  readonly observed: Readonly<Record<string, unknown>>;
  readonly actor?: string | undefined;
};

/** Its observations are named by aspect. */
const VIOLATION = 'baseline-violation';

const CONTENT: readonly Aspect[][] = [['digests']];
const MOVE: readonly Aspect[][] = [['digests'], ['tag-behaviour']];

/**
 * What has to be known good so that a rule's finding is explained; each inner list is one way, and all of it has to
 * be. A rule that is not here (deletions, stolen credentials, taints, a ledger that forks) no baseline explains.
 */
const RULES: ReadonlyMap<string, readonly (readonly Aspect[])[]> = new Map([
  ['tag-mutation', MOVE],
  ['bulk-retag', MOVE],
  ['rollback', MOVE],
  ['provenance-gap', [['digests'], ['attestation']]],
  ['provenance-downgrade', [['digests'], ['attestation']]],
  ['publisher-new', [['publishers'], ['clients']]],
  ['builder-changed', [['builder'], ['digests']]],
  ['build-script-changed', [['workflow'], ['digests']]],
  [
    'build-environment-changed',
    [['environment'], ['parameters'], ['flags'], ['trigger'], ['digests']],
  ],
  ['dependency-drift', [['dependencies'], ['digests']]],
  [
    'content-drift',
    [['digests'], ['packages'], ['layers'], ['size'], ['entrypoint'], ['user'], ['labels']],
  ],
  ['base-image-changed', [['base-image'], ['digests']]],
  ['base-image-age', [['base-image']]],
  ['off-hours', [['hours']]],
  ['signer-changed', [['signer']]],
  ['unsigned', CONTENT],
]);

/** Names under which detectors say what they observed of an aspect. */
const NAMES: { readonly [A in Aspect]?: readonly string[] } = {
  digests: ['to', 'digest', 'digests'],
  'base-image': ['baseImage', 'base', 'baseDigest'],
  layers: ['layers'],
  packages: ['packages', 'added', 'addedPackages'],
  entrypoint: ['entrypoint'],
  user: ['user'],
  environment: ['environment', 'environmentNames', 'variables'],
  labels: ['labels'],
  size: ['size', 'bytes'],
  builder: ['builder', 'builderId'],
  workflow: ['workflow', 'script'],
  trigger: ['trigger'],
  parameters: ['parameters'],
  flags: ['flags'],
  dependencies: ['dependencies', 'dependency'],
  signer: ['signer', 'identity'],
  networks: ['network', 'networks', 'address'],
  clients: ['credential', 'client', 'clients'],
  hours: ['hour'],
};

const MAX_VALUES = 64;
const MAX_LENGTH = 512;

/** What a finding calls strange, in the words of baselines; empty when no baseline can explain it. */
export function claimsOf(finding: Claimant): Claims {
  const ways = finding.rule === VIOLATION ? [violatedAspects(finding)] : RULES.get(finding.rule);
  if (ways === undefined) return [];
  return ways.flatMap((aspects) => {
    const claims = aspects.map((aspect) => ({ aspect, values: valuesOf(aspect, finding) }));
    return claims.length > 0 && claims.every(({ values }) => values.length > 0) ? [claims] : [];
  });
}

/** A violation says what it observed by aspect; a new version of the baseline has to know all of it. */
function violatedAspects({ observed }: Claimant): readonly Aspect[] {
  return ASPECTS.filter((aspect) => Object.hasOwn(observed, aspect));
}

function valuesOf(aspect: Aspect, { rule, subject, observed, actor }: Claimant): readonly string[] {
  if (rule === VIOLATION) return toValues(observed[aspect]);
  switch (aspect) {
    case 'tag-behaviour':
      return ['moving'];
    case 'attestation':
      return ['none'];
    case 'publishers':
      // A known publisher's new credential is not a question of who publishes.
      if (rule === 'publisher-new' && observed['credential'] !== undefined) return [];
      return toValues(actor ?? subject.principal);
    case 'digests': {
      const named = readNamed(aspect, observed);
      return named.length > 0 ? named : toValues(subject.digest);
    }
    default:
      return readNamed(aspect, observed);
  }
}

function readNamed(aspect: Aspect, observed: Claimant['observed']): readonly string[] {
  for (const name of NAMES[aspect] ?? []) {
    const values = toValues(observed[name]);
    if (values.length > 0) return values;
  }
  return [];
}

/** Values as text; nothing when they are of another kind or too many to be kept, because then they are not all known. */
function toValues(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > MAX_VALUES) return [];
  const texts = list.map((item) => (typeof item === 'number' ? String(item) : item));
  return texts.every(isShortText) ? texts : [];
}

function isShortText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_LENGTH;
}

import { describe, expect, it } from 'vitest';
import { claimsOf } from '../../../detectors/context/approved-baseline/claims.ts';
import { DETECTORS } from '../../../detectors/registry.ts';
import { runExample } from '../run-example.ts';

/** The names under which detectors say what they observed are a contract: here each is read as baselines read it. */
const EXPLAINABLE: readonly (readonly [string, readonly string[]])[] = [
  ['tag-mutation', ['digests', 'tag-behaviour']],
  ['rollback', ['digests']],
  ['provenance-gap', ['digests']],
  ['provenance-downgrade', ['digests', 'signer', 'attestation']],
  ['publisher-new', ['publishers', 'clients']],
  ['builder-changed', ['builder', 'source-repository']],
  ['build-script-changed', ['workflow']],
  ['build-environment-changed', ['environment', 'parameters', 'flags']],
  ['dependency-drift', ['dependencies']],
  ['content-drift', ['digests', 'size']],
  ['base-image-changed', ['base-image', 'digests']],
  ['base-image-age', ['base-image']],
  ['signer-changed', ['digests', 'signer']],
  ['baseline-violation', ['digests', 'publishers', 'builder', 'size', 'user']],
];

describe('what a baseline can explain', () => {
  it.each(EXPLAINABLE)('%s: %s', (rule, aspects) => {
    const detector = DETECTORS.find(({ metadata }) => metadata.rule === rule);
    const findings = detector?.examples().fires.flatMap((example) => runExample(detector, example));
    const read = (findings ?? []).flatMap((finding) => claimsOf(finding).flat());
    expect([...new Set(read.map(({ aspect }) => aspect))]).toEqual(
      expect.arrayContaining([...aspects]),
    );
  });
});

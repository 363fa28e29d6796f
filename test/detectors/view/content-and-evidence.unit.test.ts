import { describe, expect, test } from 'vitest';
import { contentDrift } from '../../../detectors/content-drift.ts';
import { DEFAULT_POLICY } from '../../../detectors/detection-policy.ts';
import { type Story, story } from '../../../detectors/examples/story.ts';
import { provenanceDowngrade } from '../../../detectors/provenance-downgrade.ts';
import { rebuildMismatch } from '../../../detectors/rebuild-mismatch.ts';
import { createDetectStep } from '../../../detectors/run-detectors.ts';
import { signerChanged } from '../../../detectors/signer-changed.ts';
import {
  MAX_BASES,
  MAX_IMAGES,
  MAX_SECRETS,
  MAX_SIZES,
} from '../../../detectors/view/content/content-view.ts';
import {
  EMPTY_RECORD,
  type ImageRecord,
  mergeRecords,
  packRecord,
  unpackRecord,
} from '../../../detectors/view/content/image-record.ts';
import { createNameFilter, namesMissing } from '../../../detectors/view/content/name-filter.ts';
import { FINGERPRINT, secretsOf } from '../../../detectors/view/content/secrets.ts';
import { createProjectView } from '../../../detectors/view/create-view.ts';
import { MAX_COUNTED, MAX_IDENTITIES } from '../../../detectors/view/evidence/evidence-view.ts';
import { identityOf } from '../../../detectors/view/evidence/identity.ts';
import {
  MAX_LINES,
  MAX_PUBLISHED,
  MAX_PUBLISHERS,
  MAX_REMOVERS,
  MAX_ROTATIONS,
  MAX_SWITCHES,
  MAX_UNSIGNED,
  MIN_INPUTS,
} from '../../../detectors/view/evidence/releases-view.ts';
import { viewFromJson, viewToJson } from '../../../detectors/view/snapshot.ts';
import { entryOf, judgeStory } from '../run-example.ts';

const RULES = [contentDrift, provenanceDowngrade, rebuildMismatch, signerChanged];

function digest(name: string): string {
  return `sha256:${Buffer.from(name).toString('hex').slice(0, 64).padEnd(64, '0')}`;
}

describe('an image record', () => {
  const full: ImageRecord = {
    ...EMPTY_RECORD,
    digest: 'd'.repeat(16),
    platform: 'linux/arm64/v8',
    commit: 'c0ffee',
    script: 's1',
    builder: 'b1',
    baseName: 'registry.example/base/os',
    base: 'e'.repeat(16),
    kinds: 'aaaaaabbbbbb',
    layers: 'l'.repeat(20),
    depth: 2,
    own: 1,
    entry: 'x',
    user: 'y',
    variables: 'z',
    packages: 'p',
    packageCount: 40,
    names: 'AAAA',
    at: 1_767_600_000_000,
  };

  test('is the same after packing, and unknown stays unknown', () => {
    expect(unpackRecord(packRecord(full))).toEqual(full);
    expect(unpackRecord(packRecord(EMPTY_RECORD))).toEqual(EMPTY_RECORD);
  });

  test('a field with the separator in it does not shift the others', () => {
    const hostile = unpackRecord(packRecord({ ...full, commit: 'a|b|c', platform: '|' }));
    expect(hostile).toEqual({ ...full, commit: 'a_b_c', platform: '_' });
  });

  test('what an image claims of its commit never replaces what a build said', () => {
    const claim = { ...EMPTY_RECORD, commit: 'other', claimed: true };
    expect(mergeRecords(full, claim)).toMatchObject({ commit: 'c0ffee', claimed: false });
    expect(mergeRecords(claim, full)).toMatchObject({ commit: 'c0ffee', claimed: false });
  });
});

test('a set of names never calls an old name new, and most new names new', () => {
  const names = Array.from({ length: 300 }, (_, at) => `pkg:deb/debian/name-${at}`);
  const filter = createNameFilter(names);
  expect(namesMissing(filter, names)).toEqual([]);
  const fresh = Array.from({ length: 200 }, (_, at) => `pkg:pypi/other-${at}`);
  expect(namesMissing(filter, fresh).length).toBeGreaterThan(180);
  expect(namesMissing('', fresh)).toEqual([]);
});

test('an identity is the same for every ref and commit of its workflow', () => {
  const workflow = 'https://git.example/lab/tool/.ci/release.yml';
  expect(identityOf({ identity: `${workflow}@refs/tags/v1` })).toBe(workflow);
  expect(identityOf({ identity: `${workflow}@${'a1'.repeat(20)}` })).toBe(workflow);
  expect(identityOf({ identity: 'ann@lab.example', issuer: 'https://id.example' })).toBe(
    'ann@lab.example (https://id.example)',
  );
});

test('a credential is known again in a rebuild by its kind and place, and its value is nowhere', () => {
  const value = `glpat-${'Qw7Zr2Lm9Kx4Tb8V'.repeat(2)}`;
  const [event] = story()
    .event('artifact.pushed', {
      repository: 'lab/tool',
      digest: digest('one'),
      tags: [],
      labels: { token: value },
    })
    .events();
  if (event === undefined) throw new Error('one event was told');
  const facts = secretsOf(event);
  expect(facts).toMatchObject([{ kind: 'GitLab token', where: 'label token', certain: true }]);
  expect(JSON.stringify(facts)).not.toContain(value.slice(8));
});

test('a flood of images, identities, packages and removals stays within the bounds', () => {
  const { view } = judgeStory(RULES, flood(400).events());
  const repository = view.repositories.get('lab/tool');
  const content = repository?.content;
  const evidence = repository?.evidence;
  expect(content?.images.length).toBe(MAX_IMAGES);
  expect(content?.bases?.length).toBe(MAX_BASES);
  expect(content?.sizes?.length).toBe(MAX_SIZES);
  expect(content?.secrets?.length).toBe(MAX_SECRETS * FINGERPRINT);
  expect(evidence?.signatures?.identities.length).toBe(MAX_IDENTITIES);
  expect(evidence?.counted?.length).toBeLessThanOrEqual(MAX_COUNTED * 16);
  const { releases } = view;
  expect(releases.inputs.size).toBeLessThanOrEqual(MIN_INPUTS + view.repositories.size);
  expect(releases.published.size).toBe(MAX_PUBLISHED);
  expect(releases.rotations.length).toBe(MAX_ROTATIONS);
  expect(releases.unsigned.length).toBeLessThanOrEqual(MAX_UNSIGNED);
  expect(releases.switches.size).toBeLessThanOrEqual(MAX_SWITCHES);
  expect(releases.removals.size).toBe(MAX_REMOVERS);
  const known = releases.packages.get('pkg:npm/tool');
  expect(known?.lines.length).toBe(MAX_LINES);
  expect(known?.publishers.length).toBe(MAX_PUBLISHERS);
});

test('a view that was written and read again judges as the one that was not', () => {
  const events = flood(60).events();
  const half = Math.floor(events.length / 2);
  const step = createDetectStep(RULES);
  const straight = createProjectView('lab');
  let restored = createProjectView('lab');
  events.forEach((event, index) => {
    if (index === half) {
      restored = viewFromJson(viewToJson(restored)) ?? createProjectView('lost');
    }
    const entry = entryOf(event, index);
    expect(step(restored, entry, DEFAULT_POLICY)).toEqual(step(straight, entry, DEFAULT_POLICY));
  });
  expect(viewToJson(restored)).toBe(viewToJson(straight));
});

test('an unverified attestation never becomes the habit that hides the next', () => {
  const told = story().times(8, (inner, turn) =>
    inner.days(1).build(`i${turn}`).push(`1.${turn}.0`, `i${turn}`).attest(`i${turn}`),
  );
  for (let turn = 0; turn < 40; turn += 1) {
    told.event('attestation.attached', {
      repository: 'lab/tool',
      digest: digest(`u${turn}`),
      predicateType: 'https://slsa.dev/provenance/v1',
      signer: { identity: 'mallory@example.org' },
      verified: false,
    });
  }
  const { findings } = judgeStory([provenanceDowngrade], told.events());
  expect(findings.at(-1)?.length).toBe(1);
});

/** Everything at once, each turn with names that were not there before. */
function flood(turns: number): Story {
  return story().times(turns, (told, turn) => {
    const image = digest(`${turn}-image`);
    const repository = 'lab/tool';
    return told
      .hours(turn % 50 === 0 ? 30 : 0.2)
      .event('build.finished', {
        runId: `run-${turn}`,
        outcome: 'success',
        commit: `c${turn % 7}`,
        workflow: { path: 'ci.yml', digest: 'w' },
        outputs: [{ digest: image, repository }, { digest: digest(`${turn}-loose`) }],
      })
      .event('artifact.pushed', {
        repository,
        digest: image,
        tags: [`1.${turn}.0`, 'latest'],
        size: 1000 + turn,
        layers: [{ digest: digest('os') }, { digest: digest(`${turn % 9}`) }],
        baseImage: { name: `registry.example/base/os-${turn % 20}:1`, digest: digest(`${turn}`) },
        actor: { name: `maya-${turn % 3}` },
      })
      .event('artifact.inspected', {
        repository,
        digest: image,
        entrypoint: [`/app-${turn % 3}`],
        secrets: [{ kind: `kind ${'abcdefghijklmnopqrstuvwxyz'[turn % 26]}`, where: '/x' }],
        packages: [{ purl: `pkg:npm/dep-${turn}@1` }],
      })
      .event('signature.attached', {
        repository,
        digest: turn % 5 === 0 ? digest('none') : image,
        signer: { identity: `signer-${turn % 11}@lab.example`, keyId: `key-${turn}` },
        verified: turn % 4 !== 0,
      })
      .event('attestation.attached', {
        repository,
        digest: image,
        predicateType: 'https://slsa.dev/provenance/v1',
        signer: { identity: `ci-${turn % 12}` },
        verified: true,
      })
      .event('rebuild.compared', { repository, digest: image, matches: turn % 6 !== 0 })
      .event('package.published', {
        purl: `pkg:npm/tool@${turn}.0.0`,
        digest: digest(`${turn}-package`),
        attested: turn % 3 !== 0,
        publisher: { name: `publisher-${turn % 9}` },
      })
      .event('key.rotated', { keyId: `key-${turn + 1}`, previousKeyId: `key-${turn}` })
      .event('tag.deleted', { repository, tag: `0.${turn}`, actor: { name: `janitor-${turn}` } });
  });
}

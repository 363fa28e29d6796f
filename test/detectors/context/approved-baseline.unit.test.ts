import { describe, expect, it } from 'vitest';
import { claimsOf } from '../../../detectors/context/approved-baseline/claims.ts';
import { explains } from '../../../detectors/context/approved-baseline/explains.ts';
import { builtReleases, image, REPOSITORY, type Story } from '../../../detectors/examples/story.ts';
import { publisherNew } from '../../../detectors/publisher-new.ts';
import { tagMutation } from '../../../detectors/tag-mutation.ts';
import { allows } from '../../../detectors/view/baselines/allows.ts';
import { viewFromJson, viewToJson } from '../../../detectors/view/snapshot.ts';
import {
  ASPECTS,
  type Aspect,
  type Expectation,
} from '../../../services/core/baseline/baseline.ts';
import { judgeStory } from '../run-example.ts';

const baseline = { baselineId: 'b-1', kind: 'repository', repository: REPOSITORY };

function declare(
  story: Story,
  value: Record<string, unknown>,
  tags?: string[],
  source?: string,
): Story {
  return story
    .event('baseline.proposed', {
      ...baseline,
      value,
      actor: { name: 'ann' },
      scope: { ...(tags && { tags }), ...(source && { source }) },
    })
    .event('baseline.approved', { ...baseline, actor: { name: 'bob' } });
}

const lastOf = (story: Story, detector = tagMutation) =>
  judgeStory([detector], story.events()).findings.at(-1)?.[0];

describe('an approved baseline lowers a finding', () => {
  const attack = (story: Story) => story.days(1).move('1.7.0', 'foreign', 'maya');
  const plain = lastOf(attack(builtReleases()));

  it('that it explains, and says which entry makes it known good', () => {
    const value = { digests: [image('foreign')] };
    const covered = lastOf(attack(declare(builtReleases(), value)));
    expect(plain?.disposition).toBe('page');
    expect(covered?.disposition).toBe('log');
    const context = covered?.context.find(({ kind }) => kind === 'approved-baseline');
    expect(context?.reason).toContain(
      'baseline b-1 version 1, proposed by ann and approved by bob',
    );
    expect(context?.reason).toContain('(entry 41 of shard 0)');
  });

  it('where the source that it names is the one that speaks', () => {
    const dispositionFrom = (source: string) => {
      const declared = declare(builtReleases(), { digests: [image('foreign')] }, undefined, source);
      return lastOf(attack(declared))?.disposition;
    };
    expect(dispositionFrom('urn:example:tag')).toBe('log');
    expect(dispositionFrom('urn:example:other')).toBe('page');
  });

  it('less when it only says what is usual', () => {
    const covered = lastOf(attack(declare(builtReleases(), { 'tag-behaviour': ['moving'] })));
    expect(covered?.score.final).toBeCloseTo((plain?.score.final ?? 0) - 0.5);
  });

  it.each([
    ['other content', { digests: [image('other')] }, undefined],
    ['another tag', { digests: [image('foreign')] }, ['2.*']],
    ['another aspect', { publishers: ['maya'] }, undefined],
  ])('and no other: %s', (_name, value, tags) => {
    const untouched = lastOf(attack(declare(builtReleases(), value, tags)));
    expect(untouched?.score).toEqual(plain?.score);
    expect(untouched?.context).toEqual(plain?.context);
  });

  it('until it is revoked', () => {
    const story = declare(builtReleases(), { digests: [image('foreign')] });
    const revoked = story.event('baseline.revoked', { ...baseline, actor: { name: 'ann' } });
    expect(lastOf(attack(revoked))?.disposition).toBe('page');
  });

  it('of a new publisher when it names the publisher', () => {
    const push = (story: Story) => story.days(1).push('1.21.0', 'foreign', 'rafi');
    expect(lastOf(push(builtReleases()), publisherNew)?.disposition).toBe('ticket');
    const known = declare(builtReleases(), { publishers: ['maya', 'rafi'] });
    expect(lastOf(push(known), publisherNew)?.disposition).toBe('log');
  });

  it('the same from a snapshot', () => {
    const story = declare(builtReleases(), { digests: [image('foreign')] });
    const { view } = judgeStory([], story.events());
    const restored = viewFromJson(viewToJson(view));
    expect(restored?.baselines).toEqual(view.baselines);
  });
});

describe('what is known good', () => {
  const cases: readonly [Aspect, Expectation, string[], boolean][] = [
    ['publishers', ['maya', 'ci-*'], ['maya', 'ci-7'], true],
    ['publishers', ['maya'], ['maya', 'rafi'], false],
    ['publishers', ['maya'], [], false],
    ['size', { min: 10, max: 20 }, ['10'], true],
    ['size', { min: 10 }, ['9'], false],
    ['size', { max: 10 }, ['NaN'], false],
    ['environment', ['PATH'], ['PATH=abc'], true],
    ['environment', ['PATH=abc'], ['PATH=abd'], false],
    ['labels', ['a'], ['a=b=c'], true],
    ['dependencies', ['@scope/left-pad'], ['@scope/left-pad@1.0.0'], true],
    ['dependencies', ['left-pad@1.0.0'], ['left-pad@1.0.1'], false],
    ['base-image', ['debian:12'], ['debian:12@sha256:aa'], true],
    ['base-image', ['sha256:aa'], ['debian:12@sha256:aa'], true],
    ['base-image', ['sha256:ab'], ['debian:12@sha256:aa'], false],
    ['builder', ['https://ci.example'], ['https://ci.example@evil.example'], false],
    ['networks', ['192.0.2.0/24'], ['192.0.2.7'], true],
    ['networks', ['192.0.2.*'], ['192.0.2.7'], true],
    ['networks', ['192.0.2.0/24'], ['192.0.3.7'], false],
    ['clients', ['docker'], ['token-7\tdocker'], true],
    ['clients', ['token-7'], ['token-7\tcurl'], true],
    ['clients', ['token-7'], ['token-8\tdocker'], false],
    ['layers', ['a', 'b'], ['a', 'b', 'c'], true],
    ['layers', ['a', 'b'], ['a', 'c', 'b'], false],
    ['layers', ['a', 'b'], ['a'], false],
  ];
  it.each(cases)('%s %j of %j: %s', (aspect, expectation, observed, answer) => {
    expect(allows(aspect, expectation, observed)).toBe(answer);
  });

  it('needs everything that a scope names to be known', () => {
    const claims = [[{ aspect: 'publishers', values: ['maya'] }]] as const;
    const value = { publishers: ['maya'] };
    const fits = (scope: object, circumstances: object = {}) =>
      explains({ scope, value }, claims, { tags: [], actor: '', ...circumstances }) !== undefined;
    expect(fits({})).toBe(true);
    expect(fits({ tags: ['v*'] })).toBe(false);
    expect(fits({ tags: ['v*'] }, { tags: ['v1', 'v2'] })).toBe(true);
    expect(fits({ tags: ['v*'] }, { tags: ['v1', 'latest'] })).toBe(false);
    expect(fits({ principal: 'ma*' }, { actor: 'maya' })).toBe(true);
    expect(fits({ principal: 'ma*' })).toBe(false);
    expect(fits({ builder: 'https://ci/*' })).toBe(false);
    expect(fits({ builder: 'https://ci/*' }, { builder: 'https://ci/1' })).toBe(true);
    expect(fits({ platform: 'linux/amd64' })).toBe(false);
    expect(fits({ source: 'urn:a' }, { source: 'urn:b' })).toBe(false);
  });
});

describe('what a finding calls strange', () => {
  const subject = { kind: 'artifact', key: 'k', digest: 'sha256:aa' } as const;

  it('is nothing that a baseline could know for most rules', () => {
    for (const rule of ['mass-delete', 'bulk-retag', 'token-new-network', 'taint-join', 'nonsense'])
      expect(claimsOf({ rule, subject, observed: { to: 'x', digest: 'x' } })).toEqual([]);
  });

  it('is the builder and the source together, where both are named', () => {
    const observed = { builder: 'b', source: 's' };
    const [both] = claimsOf({ rule: 'builder-changed', subject, observed });
    expect(both?.map(({ aspect }) => aspect)).toEqual(['builder', 'source-repository']);
  });

  it('is not cleared by the name of a base that is known bad', () => {
    const observed = { kind: 'tainted', baseImage: 'debian', baseDigest: 'sha256:bb' };
    expect(claimsOf({ rule: 'base-image-changed', subject, observed })).toEqual([]);
  });

  it('is every aspect that a violation names, and nothing when one of them has too many values', () => {
    const rule = 'baseline-violation';
    const few = { builder: ['b'], publishers: ['p'], other: 1 };
    expect(claimsOf({ rule, subject, observed: few })).toEqual([
      [
        { aspect: 'builder', values: ['b'] },
        { aspect: 'publishers', values: ['p'] },
      ],
    ]);
    const many = { ...few, packages: Array.from({ length: 64 }, (_, i) => `p${i}`) };
    expect(claimsOf({ rule, subject, observed: many })).toEqual([]);
    expect(ASPECTS).toContain('builder');
  });
});

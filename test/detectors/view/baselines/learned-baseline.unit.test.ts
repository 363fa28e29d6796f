import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../../../detectors/detection-policy.ts';
import {
  builtReleases,
  plainReleases,
  REPOSITORY,
  rebuiltReleases,
  type Story,
  story,
} from '../../../../detectors/examples/story.ts';
import { weigh } from '../../../../detectors/view/baselines/learned/learned-aspect.ts';
import { learnedBaseline } from '../../../../detectors/view/baselines/learned-baseline.ts';
import { DAY } from '../../../../detectors/view/limits.ts';
import type { Aspect } from '../../../../services/core/baseline/baseline.ts';
import { judgeStory } from '../../run-example.ts';

function learnedOf(told: Story, learning = DEFAULT_POLICY.learning) {
  const { view } = judgeStory([], told.events());
  const repository = view.repositories.get(REPOSITORY);
  if (repository === undefined) throw new Error('the story has no repository');
  const aspects = learnedBaseline(view, repository, { learning });
  return (aspect: Aspect) => aspects.find((one) => one.aspect === aspect);
}

describe('the learned baseline', () => {
  it('knows who publishes, what builds, and that versions stay, from twenty releases', () => {
    const of = learnedOf(builtReleases());
    expect(of('publishers')).toMatchObject({ expectation: ['maya'], established: true });
    expect(of('builder')).toMatchObject({
      expectation: ['https://ci.example/runners'],
      observations: 20,
      consistent: 20,
      confidence: 1,
    });
    expect(of('source-repository')?.expectation).toEqual(['https://git.example/lab/tool']);
    expect(of('tag-behaviour')).toMatchObject({ expectation: ['immutable'], established: true });
    expect(of('attestation')).toMatchObject({ expectation: ['none'] });
    expect(of('builder')?.evidence.at(-1)?.id).toMatch(/^build\.finished/);
  });

  it('names entries for every habit, those of the people and the tags that it is about', () => {
    const told = builtReleases().days(1).push('latest', 'release-20', 'rafi').push('1.21.0', 'n');
    const { view } = judgeStory([], told.events());
    const repository = view.repositories.get(REPOSITORY);
    if (repository === undefined) throw new Error('the story has no repository');
    const aspects = learnedBaseline(view, repository, DEFAULT_POLICY);
    for (const { aspect, evidence } of aspects)
      expect([aspect, evidence.length > 0]).toEqual([aspect, true]);
    const idsOf = (aspect: Aspect) =>
      aspects.find((one) => one.aspect === aspect)?.evidence.map(({ id }) => id);
    const byRafi = 'artifact.pushed-41';
    expect(idsOf('digests')).toContain(byRafi);
    expect(idsOf('publishers')).not.toContain(byRafi);
    expect(idsOf('tag-behaviour')).not.toContain(byRafi);
    expect(idsOf('publishers')?.at(-1)).toBe('artifact.pushed-42');
  });

  it('knows that tags move where they move', () => {
    expect(learnedOf(rebuiltReleases())('tag-behaviour')).toMatchObject({
      expectation: ['moving'],
    });
  });

  it('says nothing of builds where nobody sends them', () => {
    const of = learnedOf(plainReleases());
    expect(of('builder')).toBeUndefined();
    expect(of('publishers')?.established).toBe(true);
  });

  it('needs the number of observations and the time that the governance file asks for', () => {
    const releases = (count: number, pause: number) =>
      story().times(count, (told, turn) => told.days(pause).push(`1.${turn}.0`, `r${turn}`));
    expect(learnedOf(releases(7, 3))('publishers')?.established).toBe(false);
    expect(learnedOf(releases(9, 1))('publishers')?.established).toBe(false);
    expect(learnedOf(releases(9, 2))('publishers')?.established).toBe(true);
    const strict = { observations: 50, days: 100 };
    expect(learnedOf(releases(9, 2), strict)('publishers')).toMatchObject({ established: false });
  });

  it('does not count the time after the last observation', () => {
    const short = story()
      .times(9, (told, turn) => told.hours(20).push(`1.${turn}.0`, `r${turn}`))
      .days(300)
      .event('digest.tainted', { digest: `sha256:${'0'.repeat(64)}`, reason: 'elsewhere' });
    for (const aspect of ['digests', 'tag-behaviour', 'attestation', 'publishers'] as const)
      expect([aspect, learnedOf(short)(aspect)?.established]).toEqual([aspect, false]);
  });

  it('does not take for a habit what somebody did once', () => {
    const visited = builtReleases().days(1).push('1.21.0', 'x', 'visitor');
    expect(learnedOf(visited)('publishers')).toMatchObject({
      expectation: ['maya'],
      observations: 21,
      consistent: 20,
    });
  });

  it('knows who signs, and that signatures come', () => {
    const signed = story().times(20, (told, turn) =>
      told.days(1).push(`1.${turn}.0`, `r${turn}`).attest(`r${turn}`),
    );
    const of = learnedOf(signed);
    expect(of('signer')?.expectation).toEqual(['https://ci.example/runners']);
    expect(of('attestation')?.expectation).toEqual(['always']);
  });
});

describe('confidence', () => {
  const habit = {
    aspect: 'builder',
    expectation: ['b'],
    since: 0,
    evidence: [],
  } as const;
  const learning = { observations: 10, days: 10 };

  it.each([
    [10, 10, 10, 1, true],
    [5, 5, 10, 0.5, false],
    [10, 10, 5, 0.5, false],
    [20, 18, 20, 0.9, true],
    [20, 17, 20, 0.85, false],
    [0, 0, 0, 0, false],
  ])(
    'of %s observations, %s in agreement, in %s days is %s',
    (n, consistent, days, confidence, established) => {
      const observed = { ...habit, observations: n, consistent, until: days * DAY };
      expect(weigh({ ...observed, expectation: ['b'] }, learning)).toMatchObject({
        confidence,
        established,
      });
    },
  );
});

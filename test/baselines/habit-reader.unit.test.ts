import { describe, expect, it } from 'vitest';
import { image, REPOSITORY, type Story, story } from '../../detectors/examples/story.ts';
import { createHabitReader } from '../../services/baselines/learned/habit-reader.ts';
import type { Aspect, BaselineScope } from '../../services/core/baseline/baseline.ts';
import type { EventData } from '../../services/core/events/catalogue.ts';
import type { Entry } from '../../services/core/events/event.ts';
import { entryOf } from '../detectors/run-example.ts';

const habitsIn = (entries: readonly Entry[], scope: BaselineScope = {}) => {
  const reader = createHabitReader();
  for (const entry of entries) reader.add(entry);
  return reader.habits(scope);
};

const entriesIn = (told: Story) => told.events().map((event, index) => entryOf(event, index));

const habitsOf = (told: Story, scope: BaselineScope = {}) => {
  const habits = habitsIn(entriesIn(told), scope);
  return (aspect: Aspect) => habits.find((one) => one.aspect === aspect);
};

const push = (turn: number, data: Partial<EventData<'artifact.pushed'>>) => ({
  repository: REPOSITORY,
  digest: image(`r${turn}`),
  tags: [`1.${turn}.0`],
  actor: { name: 'maya' },
  ...data,
});

describe('what the newest entries have in common', () => {
  it('is the value where it stays, and the name where it changes with every release', () => {
    const of = habitsOf(
      story().times(5, (told, turn) =>
        told
          .days(1)
          .event(
            'artifact.pushed',
            push(turn, { labels: { vendor: 'lab', version: `1.${turn}` }, size: 100 + turn }),
          ),
      ),
    );
    expect(of('labels')).toMatchObject({
      expectation: ['vendor=lab', 'version'],
      observations: 5,
      consistent: 5,
    });
    expect(of('size')?.expectation).toEqual({ min: 50, max: 158 });
    expect(of('rate')?.expectation).toEqual({ max: 1 });
  });

  it('is the layers that all images share', () => {
    const layers = (turn: number) =>
      ['base', 'runtime', `app-${turn}`].map((name) => ({ digest: image(name) }));
    const of = habitsOf(
      story().times(4, (told, turn) =>
        told.event('artifact.pushed', push(turn, { layers: layers(turn) })),
      ),
    );
    expect(of('layers')?.expectation).toEqual([image('base'), image('runtime')]);
  });

  it('leaves out what was seen once, and counts who does not agree', () => {
    const run = (builder: string, flags: string[]) => ({ buildType: builder, flags });
    const of = habitsOf(
      story()
        .times(4, (told, turn) => told.build(`r${turn}`, run('make', ['-O2'])))
        .build('odd', run('bash', ['-O2', '-fno-stack-protector'])),
    );
    expect(of('build-type')).toMatchObject({
      expectation: ['make'],
      observations: 5,
      consistent: 4,
    });
    expect(of('flags')).toMatchObject({ expectation: ['-O2'], consistent: 4 });
  });

  it('is the network, not the address', () => {
    const client = (turn: number) => ({ address: `192.0.2.${turn}` });
    const of = habitsOf(
      story().times(4, (told, turn) =>
        told.event('artifact.pushed', push(turn, { client: client(turn) })),
      ),
    );
    expect(of('networks')).toMatchObject({ expectation: ['192.0.2.0/24'], consistent: 4 });
  });

  it('asks no failed build, and says nothing after one observation', () => {
    const of = habitsOf(
      story()
        .build('one', { trigger: 'push' })
        .times(3, (told, turn) =>
          told.build(`f${turn}`, { outcome: 'failure', trigger: 'manual' }),
        ),
    );
    expect(of('trigger')).toBeUndefined();
  });

  it('is the same in whatever order the entries come', () => {
    const entries = entriesIn(
      story().times(5, (told, turn) =>
        told.days(1).build(`r${turn}`, { trigger: 'push' }).push(`1.${turn}.0`, `r${turn}`),
      ),
    );
    for (const scope of [{}, { tags: ['1.*'] }]) {
      const [forwards, backwards] = [entries, [...entries].reverse()].map((one) =>
        habitsIn(one, scope),
      );
      expect(forwards?.length).toBeGreaterThan(1);
      expect(backwards).toEqual(forwards);
    }
  });
});

describe('what a part of a repository has in common', () => {
  /** Releases that ann builds and attests, and nightlies that a robot pushes over each other. */
  const lines = () =>
    story().times(6, (told, turn) =>
      told
        .days(1)
        .build(`r${turn}`, { trigger: 'release' })
        .push(`1.${turn}.0`, `r${turn}`, 'ann')
        .attest(`r${turn}`)
        .build(`n${turn}`, { trigger: 'schedule' })
        .event('artifact.inspected', {
          repository: REPOSITORY,
          digest: image(`n${turn}`),
          user: 'root',
        })
        .push('nightly', `n${turn}`, 'robot'),
    );

  it('is what its tags say: publishers, builds, behaviour, digests and attestations', () => {
    const [releases, nightlies] = [{ tags: ['1.*'] }, { tags: ['nightly'] }].map((scope) =>
      habitsOf(lines(), scope),
    );
    expect(releases?.('publishers')?.expectation).toEqual(['ann']);
    expect(releases?.('trigger')).toMatchObject({ expectation: ['release'], observations: 6 });
    expect(releases?.('tag-behaviour')).toMatchObject({
      expectation: ['immutable'],
      consistent: 6,
    });
    expect(releases?.('attestation')).toMatchObject({ expectation: ['always'], consistent: 6 });
    expect(releases?.('signer')?.expectation).toEqual(['https://ci.example/runners']);
    expect(releases?.('digests')?.expectation).toHaveLength(6);
    expect(releases?.('user')).toBeUndefined();
    expect(nightlies?.('publishers')?.expectation).toEqual(['robot']);
    expect(nightlies?.('trigger')?.expectation).toEqual(['schedule']);
    expect(nightlies?.('tag-behaviour')).toMatchObject({ expectation: ['moving'], consistent: 5 });
    expect(nightlies?.('attestation')?.expectation).toEqual(['none']);
    expect(nightlies?.('digests')?.expectation).toEqual([image('n6')]);
    expect(nightlies?.('user')?.expectation).toEqual(['root']);
  });

  it('is what its principal, builder or source says', () => {
    expect(habitsOf(lines(), { principal: 'ro*' })('publishers')?.expectation).toEqual(['robot']);
    const builder = 'https://ci.example/*';
    expect(habitsOf(lines(), { builder })('trigger')?.observations).toBe(12);
    expect(habitsOf(lines(), { builder: 'https://else.example' })('trigger')).toBeUndefined();
    expect(habitsOf(lines(), { source: 'urn:example:build' })('publishers')).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { image, REPOSITORY, type Story, story } from '../../detectors/examples/story.ts';
import { recentHabits } from '../../services/baselines/learned/recent-habits.ts';
import type { Aspect } from '../../services/core/baseline/baseline.ts';
import type { EventData } from '../../services/core/events/catalogue.ts';
import { entryOf } from '../detectors/run-example.ts';

const habitsOf = (told: Story) => {
  const habits = recentHabits(told.events().map((event, index) => entryOf(event, index)));
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
    const events = story()
      .times(5, (told, turn) => told.days(1).build(`r${turn}`, { trigger: 'push' }))
      .events()
      .map((event, index) => entryOf(event, index));
    expect(recentHabits([...events].reverse())).toEqual(recentHabits(events));
  });
});

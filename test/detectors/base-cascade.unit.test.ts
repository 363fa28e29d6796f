import { expect, test } from 'vitest';
import { baseCascade } from '../../detectors/context/base-cascade.ts';
import { image, story } from '../../detectors/examples/story.ts';
import { judgeStory } from './run-example.ts';

const BASE = 'lab/base';

function basedOn(repositories: readonly string[], by = 'maya') {
  const told = story(BASE).times(4, (inner, week) =>
    inner.days(7).build(`base-${week}`).push('1', `base-${week}`),
  );
  told.build('base-new').push('1', 'base-new', by);
  for (const repository of repositories) {
    told.event('artifact.pushed', {
      repository,
      digest: image(`${repository}-new`),
      tags: ['latest'],
      baseImage: { name: 'registry.example/lab/base:1', digest: image('base-new') },
    });
  }
  const { view } = judgeStory([], told.events());
  return (digest: string, name?: string) =>
    baseCascade(view, {
      repository: 'lab/child',
      base: { digest, ...(name === undefined ? {} : { name }) },
      at: view.now,
    });
}

test('the own push of the base by its old publisher clears, by name and tag', () => {
  const cascade = basedOn([])(image('base-new'), 'registry.example/lab/base:1');
  expect(cascade.context[0]).toMatchObject({ kind: 'base-cascade', effect: -0.45 });
  expect(cascade.evidence[0]?.role).toBe('the push of the base');
});

test('a digest without a name is looked for in repositories that served as bases', () => {
  expect(basedOn(['lab/other'])(image('base-new')).context[0]?.effect).toBe(-0.45);
});

test('a push of the base by a stranger clears nothing', () => {
  expect(basedOn([], 'stranger')(image('base-new'), 'lab/base:1').context).toEqual([]);
});

test('a digest that the base never had clears nothing', () => {
  expect(basedOn([])(image('foreign'), 'lab/base:1').context).toEqual([]);
});

test('several other repositories on the same unknown base lower a little, one does not', () => {
  const unknown = (repositories: readonly string[]) =>
    basedOn(repositories, 'stranger')(image('base-new'), 'lab/base:1').context.map(
      ({ effect }) => effect,
    );
  expect(unknown(['lab/one', 'lab/two'])).toEqual([-0.2]);
  expect(unknown(['lab/one'])).toEqual([]);
});

import { expect, test } from 'vitest';
import {
  builtReleases,
  image,
  plainReleases,
  REPOSITORY,
  rebuiltReleases,
  type Story,
  story,
} from '../../../detectors/examples/story.ts';
import { createProjectView } from '../../../detectors/view/create-view.ts';
import { actorOf, timeOf } from '../../../detectors/view/entry-facts.ts';
import { evolve } from '../../../detectors/view/evolve.ts';
import {
  explain,
  isUsualOrigin,
  provenanceHabit,
  staysUnexplained,
} from '../../../detectors/view/explain.ts';
import {
  DAY,
  HOUR,
  MAX_AWAITED,
  MAX_LOOSE_DIGESTS,
  MAX_PUBLISHERS,
  MAX_TAG_POINTS,
  MAX_TAGS,
} from '../../../detectors/view/limits.ts';
import type { ProjectView, RepositoryView } from '../../../detectors/view/project-view.ts';
import { viewFromJson, viewToJson } from '../../../detectors/view/snapshot.ts';
import { tagClass } from '../../../detectors/view/tag-class.ts';
import { expectationOf } from '../../../detectors/view/tag-habit.ts';
import type { ProvostEvent } from '../../../services/core/events/event.ts';
import { entryOf } from '../run-example.ts';

function fold(events: readonly ProvostEvent[], view = createProjectView('lab')): ProjectView {
  for (const [index, event] of events.entries()) evolve(view, entryOf(event, index));
  return view;
}

function repositoryIn(view: ProjectView): RepositoryView {
  const repository = view.repositories.get(REPOSITORY);
  if (repository === undefined) throw new Error('nothing happened in the repository');
  return repository;
}

const folded = (told: Story) => repositoryIn(fold(told.events()));

test('a tag remembers where it pointed, when it moved and who moved it', () => {
  const tag = folded(
    story().push('1.0', 'a').days(1).push('1.0', 'b', 'noor').days(1).push('1.0', 'c'),
  ).tags.get('1.0');
  expect(tag).toMatchObject({ digest: image('c'), moves: 2, moveDays: 2, by: 'maya' });
  expect(tag?.before?.map(({ digest, by }) => [digest, by])).toEqual([
    [image('a'), 'maya'],
    [image('b'), 'noor'],
  ]);
});

test('a deleted tag that comes back elsewhere has moved', () => {
  const repository = folded(story().push('1.0', 'a').deleteTag('1.0').push('1.0', 'b'));
  expect(repository.tags.get('1.0')).toMatchObject({ gone: false, digest: image('b'), moves: 1 });
});

test('a repository that is deleted and made again keeps what is known of it', () => {
  const repository = folded(
    plainReleases()
      .event('repository.deleted', { repository: REPOSITORY })
      .days(1)
      .push('1.3.0', 'x'),
  );
  expect(repository.tags.get('1.3.0')).toMatchObject({ moves: 1, digest: image('x') });
  expect(repository.pushes).toBe(21);
});

test('what a registry lists is known without being anybody’s habit', () => {
  const repository = folded(
    story().event('registry.snapshot-taken', {
      repository: REPOSITORY,
      tags: [
        { tag: '1.0.0', digest: image('a') },
        { tag: '1.0.1', digest: image('b') },
      ],
      complete: false,
    }),
  );
  expect([...repository.tags.keys()]).toEqual(['1.0.0', '1.0.1']);
  expect(repository).toMatchObject({ pushes: 0, explained: { count: 0 } });
  expect(repository.habits.full).toMatchObject({ tags: 2, days: 1, moves: 0 });
});

test('a complete listing takes away the tags that it lacks', () => {
  const repository = folded(
    story()
      .push('1.0', 'a')
      .push('2.0', 'b')
      .event('registry.snapshot-taken', {
        repository: REPOSITORY,
        tags: [{ tag: '2.0', digest: image('b') }],
        complete: true,
      }),
  );
  expect(repository.tags.get('1.0')?.gone).toBe(true);
  expect(repository.tags.get('2.0')?.gone).toBe(false);
});

test('deleting a digest takes its tags with it', () => {
  const repository = folded(story().push(['1.0', 'latest'], 'a').deleteImage('a'));
  expect([...repository.tags.values()].map((tag) => tag.gone)).toEqual([true, true]);
  expect(repository.tagged.size + (repository.loose?.size ?? 0)).toBe(0);
});

test('a build explains its outputs, in whichever repository they land', () => {
  const view = fold(
    story()
      .build('a', { outputs: [{ digest: image('a') }] })
      .push('1.0', 'a')
      .events(),
  );
  expect(explain(view, repositoryIn(view), image('a')).kind).toBe('build');
  expect(repositoryIn(view).explained).toEqual({ bits: 1, count: 1 });
});

test('a failed build and an unverified attestation explain nothing', () => {
  const view = fold(
    story()
      .build('a', { outcome: 'failure' })
      .event('attestation.attached', {
        repository: REPOSITORY,
        digest: image('a'),
        predicateType: 'https://slsa.dev/provenance/v1',
        verified: false,
      })
      .push('1.0', 'a')
      .events(),
  );
  expect(explain(view, repositoryIn(view), image('a')).kind).toBe('none');
});

test('an index is explained when all its parts are', () => {
  const told = story()
    .build('amd')
    .build('arm')
    .event('artifact.pushed', {
      repository: REPOSITORY,
      digest: image('index'),
      tags: ['1.0'],
      children: [{ digest: image('amd') }, { digest: image('arm') }],
    });
  const view = fold(told.events());
  expect(explain(view, repositoryIn(view), image('index')).kind).toBe('parts');
  const part = fold(
    story()
      .build('amd')
      .event('artifact.pushed', {
        repository: REPOSITORY,
        digest: image('index'),
        tags: ['1.0'],
        children: [{ digest: image('amd') }, { digest: image('arm') }],
      })
      .events(),
  );
  expect(explain(part, repositoryIn(part), image('index')).kind).toBe('none');
});

test('a build that comes after its push explains it, and the usual delay is learned', () => {
  const view = fold(
    story()
      .times(10, (told, turn) =>
        told.days(1).push(`1.${turn}.0`, `r${turn}`).hours(0.25).build(`r${turn}`),
      )
      .events(),
  );
  const repository = repositoryIn(view);
  const habit = provenanceHabit(view, repository);
  expect(habit).toMatchObject({ expects: 'always', share: 1, observed: 10, before: false });
  expect(habit.grace).toBe(3 * (0.25 * HOUR + 60_000));
  expect(view.awaited.size).toBe(0);
});

test('a push that nothing explains in time counts against the habit, a series of them once', () => {
  const told = builtReleases()
    .days(1)
    .push('2.0.0', 'x')
    .days(1)
    .push('2.0.1', 'y')
    .days(1)
    .push('2.0.2', 'z')
    .days(1)
    .build('end')
    .push('2.0.3', 'end');
  const repository = folded(told);
  expect(repository.explained.count).toBe(22);
  expect(repository.explained.bits.toString(2)).toBe(`${'1'.repeat(20)}01`);
});

test('what strangers push unexplained is nobody’s habit', () => {
  const told = builtReleases()
    .days(1)
    .push('2.0.0', 'x', 'stranger')
    .days(1)
    .build('e')
    .push('2.1.0', 'e');
  expect(folded(told).explained).toEqual({ bits: 2 ** 21 - 1, count: 21 });
});

test('a tag that joins a push that still waits is judged with it', () => {
  const told = builtReleases().push('2.0.0', 'late').push('1.3.0', 'late');
  const waiting = [...fold(told.events()).awaited.values()].flat();
  expect(waiting).toHaveLength(1);
  expect(waiting[0]?.tags).toEqual([
    { tag: '2.0.0', from: undefined },
    { tag: '1.3.0', from: image('release-3') },
  ]);
});

test('one digest that waits in two repositories is explained in both', () => {
  const told = (repository: string) => story(repository).push('1.0', 'shared').events();
  const build = story().days(1).build('shared').events();
  const early = fold([...told(REPOSITORY), ...told('lab/copy')]);
  expect(early.awaited.get(image('shared'))).toHaveLength(2);
  const view = fold([...told(REPOSITORY), ...told('lab/copy'), ...build]);
  expect(view.awaited.size).toBe(0);
  expect(view.repositories.get('lab/copy')?.explained).toEqual({ bits: 1, count: 1 });
  expect(view.explained).toEqual({ bits: 0b11, count: 2 });
});

test('once releases are attested, one without its attestation counts against the habit', () => {
  const told = story().build('a').push('1.0', 'a').attest('a').days(1);
  const repository = folded(
    told.build('b').push('1.1', 'b').days(1).build('c').push('1.2', 'c').attest('c'),
  );
  expect(repository.attested).toEqual({ bits: 0b101, count: 3 });
  expect(repository.explained.count).toBe(3);
});

test('a foreign origin is told from the usual one, and a first one from none', () => {
  const view = fold(builtReleases().events());
  const repository = repositoryIn(view);
  const now = view.now + DAY;
  const [usual] = view.builds.values();
  if (usual === undefined) throw new Error('nothing was built');
  expect(isUsualOrigin(repository, usual, now)).toBe(true);
  expect(isUsualOrigin(repository, { ...usual, source: 'elsewhere' }, now)).toBe(false);
  expect(isUsualOrigin(repository, { ...usual, builder: 'elsewhere' }, now)).toBe(false);
  const quiet = fold(story().push('1.0', 'x').days(30).build('a').push('1.1', 'a').events());
  expect(isUsualOrigin(repositoryIn(quiet), { ...usual, source: 'new' }, quiet.now)).toBe(true);
});

test('pushes that wait are bounded, and the oldest is settled as unexplained', () => {
  const view = createProjectView('lab');
  const told = story();
  for (let n = 0; n < 5; n += 1) told.push(`t${n}`, `d${n}`);
  fold(told.events(), view);
  const [first] = view.awaited.keys();
  const [pushes] = view.awaited.values();
  if (first === undefined || pushes === undefined) throw new Error('nothing waits');
  for (let n = view.awaited.size; n < MAX_AWAITED; n += 1) view.awaited.set(`filler:${n}`, pushes);
  fold(story().push('next', 'next').events(), view);
  expect(view.awaited.size).toBe(MAX_AWAITED);
  expect(view.awaited.has(first)).toBe(false);
  expect(repositoryIn(view).explained).toEqual({ bits: 0, count: 1 });
});

test('a burst of moves is no habit until it is over', () => {
  const told = plainReleases().days(1);
  for (let turn = 1; turn <= 6; turn += 1) told.move(`1.${turn}.0`, 'evil');
  const repository = folded(told);
  const now = Math.max(...[...repository.tags.values()].map((tag) => tag.last));
  const known = repository.tags.get('1.9.0');
  expect(expectationOf(repository, '1.9.0', known, now + HOUR)).toMatchObject({
    kind: 'stays',
    strong: true,
  });
});

test('tags that are re-built every week are expected to move', () => {
  const repository = folded(rebuiltReleases());
  const known = repository.tags.get('1.2.0');
  const now = (known?.last ?? 0) + 7 * DAY;
  expect(expectationOf(repository, '1.2.0', known, now).kind).toBe('moves');
  expect(expectationOf(repository, '1.99.0', undefined, now).kind).toBe('moves');
});

test('announced changes are kept until their window is over', () => {
  const window = { from: '2026-01-01T00:00:00Z', until: '2026-01-06T00:00:00Z', reason: 'move' };
  const view = fold(story().event('change.announced', window).events());
  expect(view.announcements).toHaveLength(1);
  const later = { ...window, until: '2026-03-01T00:00:00Z' };
  fold(story().days(9).push('1.0', 'a').event('change.announced', later).events(), view);
  expect(view.announcements.map(({ until }) => new Date(until).toISOString())).toEqual([
    '2026-03-01T00:00:00.000Z',
  ]);
});

test('a flood of tags, digests, publishers and moves stays within the bounds', () => {
  const told = story();
  for (let n = 0; n < MAX_TAGS + 50; n += 1) told.push(`t${n}`, `d${n}`, `p${n}`);
  for (let n = 0; n < 100; n += 1) told.push([], `loose${n}`).push('moving', `m${n}`);
  const repository = folded(told);
  expect(repository.tags.size).toBeLessThanOrEqual(MAX_TAGS);
  expect(repository.loose?.size).toBeLessThanOrEqual(MAX_LOOSE_DIGESTS);
  expect(repository.publishers.size).toBeLessThanOrEqual(MAX_PUBLISHERS);
  expect(repository.tags.get('moving')?.before).toHaveLength(MAX_TAG_POINTS);
  const pointed = [...repository.tags.values()].filter((tag) => !tag.gone).map((tag) => tag.digest);
  expect(new Set(repository.tagged.keys())).toEqual(new Set(pointed));
});

test('an index with more children than may lie loose keeps its own digest', () => {
  const children = Array.from({ length: 200 }, (_, n) => ({ digest: image(`c${n}`) }));
  const repository = folded(
    story().event('artifact.pushed', {
      repository: REPOSITORY,
      digest: image('index'),
      tags: ['1.0'],
      children,
    }),
  );
  expect(repository.tagged.get(image('index'))?.children).toHaveLength(200);
});

test('a view that was written and read again goes on as the one that was not', () => {
  const told = rebuiltReleases()
    .run('v1-week-6', { citation: 'doi:10.5555/x' })
    .push('1.1.0', 'odd');
  const events = told.events();
  for (const cut of [1, 7, 30, events.length - 2]) {
    const whole = fold(events);
    const first = fold(events.slice(0, cut));
    const read = viewFromJson(viewToJson(first));
    if (read === undefined) throw new Error('the snapshot does not read');
    for (const [index, event] of events.slice(cut).entries()) {
      evolve(read, entryOf(event, cut + index));
    }
    expect(viewToJson(read)).toBe(viewToJson(whole));
  }
});

test('a damaged snapshot and one of another format are not read', () => {
  const text = viewToJson(fold(plainReleases().events()));
  expect(viewFromJson(text.slice(0, -5))).toBeUndefined();
  expect(viewFromJson(text.replace('"format":', '"format":9'))).toBeUndefined();
  expect(viewFromJson('null')).toBeUndefined();
});

test('no sender pushes the clock of a project into the future', () => {
  const event = story().push('1.0', 'a').events()[0];
  if (event === undefined) throw new Error('no event');
  expect(timeOf({ ...event, time: '2099-01-01T00:00:00Z' })).toBe(Date.parse(event.receivedtime));
  expect(timeOf({ ...event, time: '2020-01-01T00:00:00Z' })).toBe(Date.UTC(2020, 0, 1));
  expect(actorOf(event)).toBe('maya');
});

test.each([
  ['1.2.3', 'full'],
  ['v2.1.20-debian', 'full'],
  ['20260104', 'full'],
  ['main-3f2a91c', 'full'],
  ['3.7-buster', 'partial'],
  ['v5', 'partial'],
  ['latest', 'name'],
  ['defaced', 'name'],
])('the tag %s is of the class %s', (tag, expected) => {
  expect(tagClass(tag)).toBe(expected);
});

test('a tag whose build comes after the push is unexplained no more', () => {
  const before = fold(story().push('1.0', 'a').days(1).push('1.0', 'b').events());
  const after = fold(story().push('1.0', 'a').days(1).push('1.0', 'b').build('b').events());
  const stays = (view: ProjectView): boolean => {
    const repository = repositoryIn(view);
    const tag = repository.tags.get('1.0');
    if (tag === undefined) throw new Error('no tag');
    expect(tag.unexplained).toBe(true);
    return staysUnexplained(view, repository, tag);
  };
  expect([stays(before), stays(after)]).toEqual([true, false]);
});

import type { EventData } from '../../services/core/events/catalogue.ts';
import type { Examples } from '../detector.ts';
import { DAY, HOUR } from '../view/limits.ts';
import { commitOf, SOURCE } from './pipeline-stories.ts';
import { builtReleases, image, REPOSITORY, type Story, story } from './story.ts';

/** The moment of the last event of a story, and so many milliseconds after it. */
function after(told: Story, milliseconds: number): string {
  return new Date(Date.parse(told.events().at(-1)?.time ?? '') + milliseconds).toISOString();
}

function pushMade(told: Story, name: string, milliseconds: number): Story {
  return told.event('artifact.pushed', {
    repository: REPOSITORY,
    digest: image(name),
    tags: [],
    createdAt: after(told, milliseconds),
  });
}

function madeTheSameDay(): Story {
  return story()
    .build('first')
    .times(12, (told, turn) => pushMade(told.days(1), `made-${turn}`, DAY - HOUR));
}

type Ref = Partial<EventData<'source.ref-updated'>>;

function commit(told: Story, turn: number, written: number, other: Ref = {}): Story {
  return told.event('source.ref-updated', {
    sourceRepository: SOURCE,
    ref: 'refs/heads/main',
    after: commitOf(turn),
    pusher: { name: 'maya' },
    author: { name: 'maya' },
    authoredAt: after(told, written),
    ...other,
  });
}

function committed(written: (turn: number) => number): Story {
  const first = story().build('first');
  return first.times(20, (told, turn) => commit(told.days(1), turn, DAY + written(turn)));
}

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const timeAnomalyExamples = (): Examples => ({
  fires: [
    {
      name: 'a build ended before it began',
      ...builtReleases()
        .build('odd', {
          startedAt: '2026-02-01T10:40:00Z',
          finishedAt: '2026-02-01T10:00:00Z',
        })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'an image was made days after its push',
      ...pushMade(builtReleases(), 'odd', 3 * DAY + 17 * 60_000).example(),
      disposition: 'ticket',
    },
    {
      name: 'local time written as universal: on record',
      ...pushMade(builtReleases(), 'odd', HOUR + 60_000).example(),
      disposition: 'log',
      says: ' minutes',
    },
    {
      name: 'a commit comes as a tag two weeks after it was written, pushed by somebody new',
      ...commit(
        committed(() => -HOUR),
        99,
        -15 * DAY,
        {
          ref: 'refs/tags/v9',
          pusher: { name: 'stranger' },
        },
      ).example(),
      disposition: 'ticket',
    },
    {
      name: 'a commit is weeks old when it comes to a branch: on record',
      ...commit(
        committed(() => -HOUR),
        99,
        -15 * DAY,
      ).example(),
      disposition: 'log',
    },
    {
      name: 'an old image comes where images are made the same day: on record',
      ...pushMade(madeTheSameDay(), 'old', -60 * DAY).example(),
      disposition: 'log',
    },
  ],
  silent: [
    {
      name: 'an image made before its push',
      ...pushMade(madeTheSameDay(), 'next', -HOUR).example(),
    },
    {
      name: 'clocks that differ by a minute or two',
      ...pushMade(builtReleases(), 'next', 3 * 60_000).example(),
    },
    {
      name: 'a builder that writes the same old time into every image',
      ...pushMade(
        story()
          .build('first')
          .times(12, (told, turn) => pushMade(told.days(1), `made-${turn}`, -300 * DAY)),
        'next',
        -400 * DAY,
      ).example(),
    },
    {
      name: 'old commits are usual in this source',
      ...commit(
        committed((turn) => (turn % 4 === 0 ? -20 * DAY : -HOUR)),
        99,
        -15 * DAY,
      ).example(),
    },
    {
      name: 'a release tag on a commit that the branch has had for weeks',
      ...commit(
        committed(() => -HOUR),
        99,
        -15 * DAY,
        {
          ref: 'refs/tags/v9',
          reachableFrom: ['main'],
        },
      ).example(),
    },
    {
      name: 'the wrong clock was told an hour ago',
      ...pushMade(
        pushMade(builtReleases(), 'odd', 3 * DAY + 17 * 60_000).hours(1),
        'odder',
        3 * DAY + 17 * 60_000,
      ).example(),
    },
  ],
});

import type { ProvostEvent } from '../../services/core/events/event.ts';
import type { Example, Examples } from '../detector.ts';
import { builtReleases, image, plainReleases, rebuiltReleases, type Story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const replayExamples = (): Examples => ({
  fires: [
    {
      name: 'the push of last week comes again under a new id',
      ...again(rebuiltReleases(), (event) => event.id === 'artifact.pushed-34'),
      disposition: 'ticket',
    },
    {
      name: 'a move that is dated long ago takes the tag back',
      ...rebuiltReleases().days(-20).move('1.2.0', 'v2-week-5').example(),
      disposition: 'ticket',
    },
    {
      name: 'a move that is dated long ago takes the tag to what was never here: on record',
      ...rebuiltReleases().days(-20).move('1.2.0', 'foreign').example(),
      disposition: 'log',
      says: 'and points 1.2.0 to',
    },
    {
      name: 'a removal that is dated long ago takes the tag away',
      ...rebuiltReleases().days(-3).deleteTag('1.2.0').example(),
      disposition: 'ticket',
    },
    {
      name: 'a request of the registry comes again later, under a new id and with a new time',
      ...requested().days(1).event('tag.moved', request('v2-week-6')).example(),
      disposition: 'ticket',
    },
    {
      name: 'an id comes again with another body',
      ...builtReleases()
        .event('event.rejected', {
          code: 'event.id-reused',
          reason: 'the id is taken by another body',
          rejectedSource: 'urn:example:artifact',
          rejectedId: 'artifact.pushed-3',
          rejectedDigest: `sha256:${'a'.repeat(64)}`,
        })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a build is told twice: on record',
      ...again(builtReleases(), (event) => event.id === 'build.finished-39'),
      disposition: 'log',
    },
    {
      name: 'the last push is told twice, which changes nothing: on record',
      ...again(builtReleases(), (event) => event.id === 'artifact.pushed-40'),
      disposition: 'log',
    },
  ],
  silent: [
    { name: 'the next release', ...builtReleases().days(1).push('2.0.0', 'next').example() },
    {
      name: 'a move that arrives some hours late',
      ...rebuiltReleases().hours(-5).move('1.2.0', 'v2-week-5').example(),
    },
    {
      name: 'a request is told twice within the hour',
      ...rebuiltReleases()
        .event('tag.moved', request('next'))
        .event('tag.moved', request('next'))
        .example(),
    },
    {
      name: 'an old event about a tag that nobody touched since',
      ...plainReleases().days(-15).push('0.9.0', 'old').example(),
    },
    {
      name: 'a record is refused for its shape',
      ...builtReleases()
        .event('event.rejected', {
          code: 'event.data',
          reason: 'digest is missing',
          rejectedDigest: `sha256:${'a'.repeat(64)}`,
        })
        .example(),
    },
  ],
});

function requested(): Story {
  return rebuiltReleases()
    .days(1)
    .event('tag.moved', request('v2-week-6'))
    .days(1)
    .move('1.2.0', 'next');
}

function request(name: string) {
  return { repository: 'lab/tool', tag: '1.2.0', to: image(name), requestId: `request-${name}` };
}

/** The story, and after it one of its events once more under another id. */
function again(
  told: Story,
  pick: (event: ProvostEvent) => boolean,
): Pick<Example, 'given' | 'when'> {
  const events = told.events();
  const event = events.find(pick);
  if (event === undefined)
    throw new Error(`no such event: ${events.map(({ id }) => id).join(' ')}`);
  return { given: events, when: { ...event, id: `${event.id}-again` } };
}

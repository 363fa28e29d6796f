import type { ProvostEvent } from '../../services/core/events/event.ts';
import type { Example, Examples } from '../detector.ts';
import { plainReleases, type Story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const sourceGapExamples = (): Examples => ({
  fires: [
    {
      name: 'the service finds missing numbers',
      ...plainReleases()
        .event('source.gap-detected', { sourceName: 'registry', after: '40', before: '52' })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a producer that numbers everything skips ten',
      ...numbered(plainReleases().push('2.0.0', 'next'), (n) => (n === 20 ? 30 : n)),
      disposition: 'ticket',
    },
    {
      name: 'it skips one, which may have been overtaken: on record',
      ...numbered(plainReleases().push('2.0.0', 'next'), (n) => (n === 20 ? 21 : n)),
      disposition: 'log',
    },
  ],
  silent: [
    {
      name: 'its numbers follow one another',
      ...numbered(plainReleases().push('2.0.0', 'next'), (n) => n),
    },
    {
      name: 'its numbers always have gaps',
      ...numbered(plainReleases().push('2.0.0', 'next'), (n) => n * 7),
    },
    { name: 'it gives no numbers', ...plainReleases().push('2.0.0', 'next').example() },
    {
      name: 'a late event fills an older number',
      ...numbered(plainReleases().push('2.0.0', 'next'), (n) => (n === 20 ? 3 : n)),
    },
  ],
});

function numbered(told: Story, sequence: (n: number) => number): Pick<Example, 'given' | 'when'> {
  const events: ProvostEvent[] = told
    .events()
    .map((event, n) => Object.assign({ ...event }, { sequence: String(sequence(n)) }));
  const when = events.pop();
  if (when === undefined) throw new Error('a story needs an event');
  return { given: events, when };
}

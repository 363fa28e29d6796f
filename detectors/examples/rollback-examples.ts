import type { Examples } from '../detector.ts';
import { image, plainReleases, type Story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const rollbackExamples = (): Examples => ({
  fires: [
    {
      name: 'a bad release is withdrawn: on record',
      ...followed().days(1).push('latest', 'second-4').example(),
      disposition: 'log',
    },
    {
      name: 'a stranger points latest three releases back',
      ...followed().days(1).push('latest', 'second-2', 'stranger').example(),
      disposition: 'ticket',
    },
    {
      name: 'a stranger takes latest to an old release for some minutes',
      ...visit('stranger').move('latest', 'second-5', 'stranger').example(),
      disposition: 'page',
      says: 'there-and-back',
    },
    {
      name: 'a publisher of old does: work, not an alarm',
      ...visit('maya').move('latest', 'second-5').example(),
      disposition: 'ticket',
      says: 'there-and-back',
    },
    {
      name: 'a publisher of old puts it back the next day: on record',
      ...visit('maya').days(1).move('latest', 'second-5').example(),
      disposition: 'log',
    },
    {
      name: 'a release is withdrawn within the hour in which it was made: on record',
      ...followed()
        .days(1)
        .push(['latest', '2.6.0'], 'second-6')
        .move('latest', 'second-5')
        .example(),
      disposition: 'log',
    },
    {
      name: 'it goes back to what is known to be bad',
      ...followed()
        .event('digest.tainted', { digest: image('second-4'), reason: 'backdoor' })
        .days(1)
        .push('latest', 'second-4')
        .example(),
      disposition: 'page',
    },
    {
      name: 'a package gets a lower version than it had: on record',
      ...packages().event('package.published', { purl: 'pkg:pypi/tool@1.4.2' }).example(),
      disposition: 'log',
    },
    {
      name: 'a tag goes to content two months older than any that it had',
      ...followed()
        .days(60)
        .push(['latest', '3.0.0'], 'third')
        .move('latest', 'release-3')
        .example(),
      disposition: 'ticket',
      says: '"skipped":22',
    },
  ],
  silent: [
    { name: 'latest goes on', ...followed().days(1).push('latest', 'second-6').example() },
    {
      name: 'a tag goes on to the next of the releases that wait for it',
      ...followed(['prod'])
        .times(3, (told, turn) => told.days(1).push(`3.${turn}.0`, `third-${turn}`))
        .days(9)
        .move('prod', 'third-1')
        .days(9)
        .move('prod', 'third-2')
        .example(),
    },
    {
      name: 'the other names of the withdrawn release follow',
      ...followed(['latest', 'stable'])
        .days(1)
        .push('latest', 'second-4')
        .push('stable', 'second-4')
        .example(),
    },
    {
      name: 'an older line gets a fix of its own',
      ...packages().event('package.published', { purl: 'pkg:pypi/tool@0.9.9' }).example(),
    },
    {
      name: 'a pre-release is not compared',
      ...packages().event('package.published', { purl: 'pkg:pypi/tool@1.4.0rc1' }).example(),
    },
  ],
});

function followed(names: readonly string[] = ['latest']): Story {
  return plainReleases().times(5, (told, turn) =>
    told.days(1).push([...names, `2.${turn}.0`], `second-${turn}`),
  );
}

function visit(who: string): Story {
  return followed().days(1).move('latest', 'release-3', who);
}

function packages(): Story {
  return plainReleases()
    .event('package.published', { purl: 'pkg:pypi/tool@0.9.8' })
    .event('package.published', { purl: 'pkg:pypi/tool@1.4.3' })
    .days(1);
}

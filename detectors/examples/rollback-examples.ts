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
  ],
  silent: [
    { name: 'latest goes on', ...followed().days(1).push('latest', 'second-6').example() },
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

function packages(): Story {
  return plainReleases()
    .event('package.published', { purl: 'pkg:pypi/tool@0.9.8' })
    .event('package.published', { purl: 'pkg:pypi/tool@1.4.3' })
    .days(1);
}

import type { Examples } from '../detector.ts';
import { plainReleases } from './story.ts';

const policy = { retention: [{ repositories: 'lab/*', tags: '1.*', days: 90 }] };
const everything = { retention: [{ repositories: 'lab/*', tags: '*', days: 365 }] };

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const citationAtRiskExamples = (): Examples => ({
  fires: [
    {
      name: 'two weeks before the tag of a published run retires',
      ...plainReleases()
        .run('release-20', { citation: 'doi:10.1/x' })
        .days(70)
        .push('2.0.0', 'a')
        .days(8)
        .push('2.1.0', 'b')
        .example(),
      policy,
      disposition: 'ticket',
    },
    {
      name: 'two days before, for a run without a publication',
      ...plainReleases()
        .run('release-20')
        .days(80)
        .push('2.0.0', 'a')
        .days(9)
        .push('2.1.0', 'b')
        .example(),
      policy,
      disposition: 'ticket',
    },
    {
      name: 'two weeks before, in a project in which nothing happens any more',
      ...plainReleases()
        .run('release-20', { citation: 'doi:10.1/x' })
        .waits(78 * 24)
        .example(),
      policy,
      disposition: 'ticket',
    },
    {
      name: 'a run cites what is about to retire: on record',
      ...plainReleases().days(70).run('release-9').example(),
      policy,
      disposition: 'log',
    },
    {
      name: 'the last tag of a published image moves on, where the untagged is cleaned up',
      ...plainReleases()
        .push('paper', 'figure')
        .run('figure', { citation: 'doi:10.1/x' })
        .days(1)
        .push('other', 'other')
        .push('paper', 'next')
        .example(),
      policy: { retention: [...policy.retention, ...everything.retention] },
      disposition: 'ticket',
    },
  ],
  silent: [
    {
      name: 'months are left',
      ...plainReleases().run('release-20').days(10).push('2.0.0', 'a').example(),
      policy,
    },
    {
      name: 'the last tag of a published image moves on, where the untagged stays',
      ...plainReleases()
        .push('paper', 'figure')
        .run('figure', { citation: 'doi:10.1/x' })
        .days(1)
        .push('other', 'other')
        .push('paper', 'next')
        .example(),
      policy,
    },
    {
      name: 'another tag protects it',
      ...plainReleases()
        .push('paper-2026', 'release-20')
        .run('release-20')
        .days(70)
        .push('2.0.0', 'a')
        .days(8)
        .push('2.1.0', 'b')
        .example(),
      policy,
    },
    {
      name: 'no rule holds here',
      ...plainReleases().run('release-20').days(78).push('2.0.0', 'a').example(),
      policy: { retention: [{ repositories: 'other/*', tags: '*', days: 30 }] },
    },
    {
      name: 'the policy knows no retention',
      ...plainReleases().run('release-20').days(78).push('2.0.0', 'a').example(),
    },
  ],
});

import type { Examples } from '../detector.ts';
import { builtReleases, REPOSITORY } from './story.ts';

const POLICY = { removals: 'announced' } as const;

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const unapprovedRemovalExamples = (): Examples => ({
  fires: [
    {
      name: 'a tag goes unannounced',
      ...builtReleases().days(1).deleteTag('1.3.0').example(),
      policy: POLICY,
      disposition: 'ticket',
    },
    {
      name: 'a stranger removes a tagged digest',
      ...builtReleases().days(1).deleteImage('release-3', 'stranger').example(),
      policy: POLICY,
      disposition: 'ticket',
    },
    {
      name: 'a whole repository goes, removed by a stranger',
      ...builtReleases()
        .days(1)
        .event('repository.deleted', { repository: REPOSITORY, actor: { name: 'stranger' } })
        .example(),
      policy: POLICY,
      disposition: 'page',
    },
    {
      name: 'the retention rule keeps it for longer',
      ...builtReleases().days(1).deleteTag('1.3.0').example(),
      policy: { ...POLICY, retention: [{ repositories: 'lab/*', tags: '1.*', days: 365 }] },
      disposition: 'ticket',
    },
  ],
  silent: [
    {
      name: 'it was announced',
      ...builtReleases()
        .event('change.announced', {
          from: '2026-01-01T00:00:00Z',
          until: '2026-12-31T00:00:00Z',
          reason: 'End of line 1.3',
        })
        .days(1)
        .deleteTag('1.3.0')
        .example(),
      policy: POLICY,
    },
    {
      name: 'removals are free',
      ...builtReleases().days(1).deleteTag('1.3.0').example(),
    },
    {
      name: 'the same burst goes on',
      ...builtReleases().days(1).deleteTag('1.3.0').deleteTag('1.4.0').example(),
      policy: POLICY,
    },
    {
      name: 'a retention rule covers it',
      ...builtReleases().days(100).deleteTag('1.3.0').example(),
      policy: { ...POLICY, retention: [{ repositories: 'lab/*', tags: '1.*', days: 30 }] },
    },
    {
      name: 'a manifest that never had a tag',
      ...builtReleases().push([], 'loose').days(1).deleteImage('loose').example(),
      policy: POLICY,
    },
  ],
});

import type { EventData } from '../../services/core/events/catalogue.ts';
import type { Examples } from '../detector.ts';
import { builtReleases, image, REPOSITORY, type Story } from './story.ts';

const POLICY = { retention: [{ repositories: 'lab/*', tags: 'nightly-*', days: 30 }] };

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const retentionViolationExamples = (): Examples => ({
  fires: [
    {
      name: 'the job removes a nightly of yesterday',
      ...nightlies().days(1).event('tag.deleted', removal('nightly-9')).example(),
      policy: POLICY,
      disposition: 'ticket',
    },
    {
      name: 'the job removes the image of a nightly of yesterday, by its digest',
      ...nightlies()
        .days(1)
        .event('artifact.deleted', {
          repository: REPOSITORY,
          digest: image('night-9'),
          actor: { name: 'janitor', kind: 'robot' },
        })
        .example(),
      policy: POLICY,
      disposition: 'ticket',
      says: 'nightly-9',
    },
    {
      name: 'the job removes a release, which no rule names',
      ...nightlies().days(100).event('tag.deleted', removal('1.3.0')).example(),
      policy: POLICY,
      disposition: 'ticket',
    },
    {
      name: 'a clean-up of untagged manifests takes a part of a tagged index',
      ...withIndex().days(60).event('artifact.deleted', untagged('arm')).example(),
      disposition: 'ticket',
    },
    {
      name: 'a clean-up takes what a workflow run cites',
      ...builtReleases()
        .run('release-4')
        .deleteTag('1.4.0')
        .days(60)
        .event('artifact.deleted', untagged('release-4'))
        .example(),
      policy: POLICY,
      disposition: 'ticket',
    },
  ],
  silent: [
    {
      name: 'the job removes an old nightly',
      ...nightlies().days(31).event('tag.deleted', removal('nightly-1')).example(),
      policy: POLICY,
    },
    {
      name: 'a person removes a young nightly',
      ...nightlies().days(1).deleteTag('nightly-9').example(),
      policy: POLICY,
    },
    {
      name: 'a clean-up of untagged manifests takes one that nothing needs',
      ...withIndex()
        .push([], 'loose')
        .days(60)
        .event('artifact.deleted', untagged('loose'))
        .example(),
    },
    {
      name: 'the second part of the burst is part of what was said',
      ...withIndex()
        .days(60)
        .event('artifact.deleted', untagged('arm'))
        .event('artifact.deleted', untagged('amd'))
        .example(),
    },
    {
      name: 'the index has no tag any more',
      ...withIndex()
        .deleteTag('2.0.0')
        .days(60)
        .event('artifact.deleted', untagged('arm'))
        .example(),
    },
  ],
});

function removal(tag: string): EventData<'tag.deleted'> {
  return { repository: REPOSITORY, tag, actor: { name: 'janitor', kind: 'robot' } };
}

function untagged(name: string): EventData<'artifact.deleted'> {
  return {
    repository: REPOSITORY,
    digest: image(name),
    actor: { name: 'janitor', kind: 'robot' },
    reason: 'retention: untagged',
  };
}

function nightlies(): Story {
  return builtReleases().times(9, (told, turn) =>
    told.days(1).build(`night-${turn}`).push(`nightly-${turn}`, `night-${turn}`),
  );
}

function withIndex(): Story {
  return builtReleases()
    .push([], 'amd')
    .push([], 'arm')
    .event('artifact.pushed', {
      repository: REPOSITORY,
      digest: image('both'),
      tags: ['2.0.0'],
      children: [{ digest: image('amd') }, { digest: image('arm') }],
    });
}

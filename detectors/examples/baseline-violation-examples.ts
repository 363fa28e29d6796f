import type { EventData } from '../../services/core/events/catalogue.ts';
import type { Examples } from '../detector.ts';
import { builtReleases, image, REPOSITORY, type Story } from './story.ts';

const APPROVAL: EventData<'baseline.approved'> = {
  baselineId: 'b-1',
  kind: 'repository',
  repository: REPOSITORY,
};

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const baselineViolationExamples = (): Examples => ({
  fires: [
    {
      name: 'a pinned tag points to another digest',
      ...declared({ digests: [image('good')] }, ['1.0.0'])
        .push('1.0.0', 'other')
        .example(),
      disposition: 'page',
    },
    {
      name: 'a tag that was declared immutable moves',
      ...declared({ 'tag-behaviour': ['immutable'] }, ['1.*'])
        .move('1.7.0', 'other')
        .example(),
      disposition: 'page',
    },
    {
      name: 'a pinned tag points to another digest, pushed together with a tag of no concern',
      ...declared({ digests: [image('good')] }, ['1.0.0'])
        .push(['1.0.0', 'scratch'], 'other')
        .example(),
      disposition: 'page',
    },
    {
      name: 'somebody publishes who was not declared',
      ...declared({ publishers: ['maya', 'ci-*'] })
        .push('1.21.0', 'new', 'rafi')
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'another builder, from another repository',
      ...declared({
        builder: ['https://ci.example/*'],
        'source-repository': ['https://git.example/lab/tool'],
      })
        .build('new', {
          builderId: 'https://elsewhere.example/runner',
          sourceRepository: 'https://git.example/fork/tool',
        })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'another publisher, where only declared baselines count',
      ...declared({ publishers: ['maya'] })
        .push('1.21.0', 'new', 'rafi')
        .example(),
      policy: { baselines: 'declared' },
      disposition: 'page',
    },
    {
      name: 'an image is larger than it should be: on record',
      ...declared({ size: { max: 1000 } })
        .event('artifact.pushed', { ...bigPush(), size: 5000 })
        .example(),
      disposition: 'log',
      says: 'at most 1000',
    },
    {
      name: 'more changes in a day than were declared: on record, once',
      ...declared({ rate: { max: 3 } })
        .days(1)
        .times(4, (told, turn) => told.push(`1.3${turn}.0`, `next-${turn}`))
        .example(),
      disposition: 'log',
    },
    {
      name: 'a push never gets the attestation that was declared',
      ...declared({ attestation: ['always'] })
        .build('new')
        .push('1.21.0', 'new')
        .hours(13)
        .build('other')
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'an image under one of the declared tags runs as another user',
      ...declared({ user: ['1000'] }, ['1.20.*'])
        .event('artifact.inspected', {
          repository: REPOSITORY,
          digest: image('release-20'),
          user: '',
        })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a client pushes with another token than the declared ones',
      ...declared({ clients: ['robot*'] })
        .event('artifact.pushed', { ...bigPush(), client: { tokenId: 'laptop' } })
        .example(),
      disposition: 'log',
    },
    {
      name: 'an image lies on another base, of which only the name is told',
      ...declared({ 'base-image': ['debian:*'] })
        .build('new', { baseImage: { name: 'alpine:3.20' } })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'an image runs as another user',
      ...declared({ user: ['1000'] })
        .event('artifact.inspected', {
          repository: REPOSITORY,
          digest: image('release-20'),
          user: '',
        })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a repository publishes without the declared baseline that its project requires',
      ...builtReleases().days(8).push('1.21.0', 'new').example(),
      policy: { baselines: 'declared' },
      disposition: 'ticket',
    },
  ],
  silent: [
    {
      name: 'a pinned tag gets the digest that was declared',
      ...declared({ digests: [image('good')] }, ['1.0.0'])
        .push('1.0.0', 'good')
        .example(),
    },
    {
      name: 'another tag than the declared ones moves',
      ...declared({ 'tag-behaviour': ['immutable'] }, ['v*'])
        .move('1.7.0', 'other')
        .example(),
    },
    {
      name: 'another tag moves along with a new one of the declared tags',
      ...declared({ 'tag-behaviour': ['immutable'] }, ['v*'])
        .push(['1.7.0', 'v9'], 'other')
        .example(),
    },
    {
      name: 'a proposal that nobody approved',
      ...builtReleases()
        .event('baseline.proposed', proposal({ publishers: ['maya'] }))
        .push('1.21.0', 'new', 'rafi')
        .example(),
    },
    {
      name: 'a baseline that its own proposer approved',
      ...builtReleases()
        .event('baseline.proposed', proposal({ publishers: ['maya'] }))
        .event('baseline.approved', { ...APPROVAL, actor: { name: 'ann' } })
        .push('1.21.0', 'new', 'rafi')
        .example(),
    },
    {
      name: 'a baseline that was revoked',
      ...declared({ publishers: ['maya'] })
        .event('baseline.revoked', { ...APPROVAL, actor: { name: 'ann' } })
        .push('1.21.0', 'new', 'rafi')
        .example(),
    },
    {
      name: 'a producer that does not say what was declared',
      ...declared({ user: ['1000'], networks: ['10.*'] })
        .push('1.21.0', 'new')
        .example(),
    },
    {
      name: 'as many changes in a day as were declared, and as many on the next',
      ...declared({ rate: { min: 2, max: 3 } })
        .days(1)
        .times(3, (told, turn) => told.push(`1.3${turn}.0`, `next-${turn}`))
        .days(1)
        .push('1.40.0', 'later')
        .example(),
    },
    {
      name: 'the day that has too many changes was told of',
      ...declared({ rate: { max: 3 } })
        .days(1)
        .times(5, (told, turn) => told.push(`1.3${turn}.0`, `next-${turn}`))
        .example(),
    },
    {
      name: 'the declared attestation comes in time',
      ...declared({ attestation: ['always'] })
        .build('new')
        .push('1.21.0', 'new')
        .attest('new')
        .hours(13)
        .build('other')
        .example(),
    },
    {
      name: 'a push without an attestation, where it was declared that there are none',
      ...declared({ attestation: ['none'] })
        .build('new')
        .push('1.21.0', 'new')
        .hours(13)
        .build('other')
        .example(),
    },
    {
      name: 'an image under another tag than the declared ones runs as another user',
      ...declared({ user: ['1000'] }, ['1.19.*'])
        .event('artifact.inspected', {
          repository: REPOSITORY,
          digest: image('release-20'),
          user: '',
        })
        .example(),
    },
    {
      name: 'a second publication in the week that was spoken about',
      ...builtReleases().days(8).push('1.21.0', 'new').push('1.22.0', 'newer').example(),
      policy: { baselines: 'declared' },
    },
  ],
});

function bigPush(): EventData<'artifact.pushed'> {
  return {
    repository: REPOSITORY,
    digest: image('big'),
    tags: ['1.21.0'],
    actor: { name: 'maya' },
  };
}

function proposal(value: Record<string, unknown>, tags?: string[]): EventData<'baseline.proposed'> {
  return {
    ...APPROVAL,
    value,
    actor: { name: 'ann' },
    ...(tags === undefined ? {} : { scope: { tags } }),
  };
}

/** Twenty releases, and a baseline that ann proposed and bob approved. */
function declared(value: Record<string, unknown>, tags?: string[]): Story {
  return builtReleases()
    .event('baseline.proposed', proposal(value, tags))
    .event('baseline.approved', { ...APPROVAL, actor: { name: 'bob' } });
}

import type { EventData } from '../../services/core/events/catalogue.ts';
import type { Examples } from '../detector.ts';
import { image, type Story, story } from './story.ts';

type Actor = NonNullable<EventData<'artifact.pushed'>['actor']>;

const MAYA: Actor = { name: 'maya' };
const ROBOT: Actor = { name: 'ci', kind: 'robot' };
const POLICY = { promotions: [{ from: 'stage/*', to: 'lab/*' }] };

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const roleSeparationExamples = (): Examples => ({
  fires: [
    {
      name: 'who pushed to the stage promotes',
      ...staged('maya').push('1.0.0', 'release-1', 'maya').example(),
      policy: POLICY,
      disposition: 'ticket',
    },
    {
      name: 'who started the build moves the release tag',
      ...staged('ci', 'maya').move('stable', 'release-1', 'maya').example(),
      policy: POLICY,
      disposition: 'ticket',
    },
    {
      name: 'who proposed a baseline approves it',
      ...story()
        .event('baseline.proposed', { baselineId: 'b1', kind: 'layers', actor: { name: 'maya' } })
        .days(1)
        .event('baseline.approved', { baselineId: 'b1', kind: 'layers', actor: { name: 'maya' } })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a person who pushes and promotes for weeks still does both',
      ...story()
        .times(12, (told, turn) =>
          push(push(told.days(2), 'stage/tool', turn, MAYA), 'lab/tool', turn, MAYA),
        )
        .example(),
      policy: { ...POLICY, bots: ['ci-*'] },
      disposition: 'ticket',
    },
    {
      name: 'a robot that has promoted for weeks is put on record',
      ...story()
        .times(12, (told, turn) =>
          push(push(told.days(2), 'stage/tool', turn, ROBOT), 'lab/tool', turn, ROBOT),
        )
        .example(),
      policy: POLICY,
      disposition: 'log',
    },
  ],
  silent: [
    {
      name: 'somebody else promotes',
      ...staged('maya').push('1.0.0', 'release-1', 'noor').example(),
      policy: POLICY,
    },
    {
      name: 'the policy has no promotion path',
      ...staged('maya').push('1.0.0', 'release-1', 'maya').example(),
    },
    {
      name: 'somebody else approves the baseline',
      ...story()
        .event('baseline.proposed', { baselineId: 'b1', kind: 'layers', actor: { name: 'maya' } })
        .event('baseline.approved', { baselineId: 'b1', kind: 'layers', actor: { name: 'noor' } })
        .example(),
    },
    {
      name: 'another repository than the path leads to',
      ...staged('maya')
        .event('artifact.pushed', {
          repository: 'else/tool',
          digest: image('release-1'),
          tags: ['1.0.0'],
          actor: { name: 'maya' },
        })
        .example(),
      policy: POLICY,
    },
    {
      name: 'the registry does not say who promotes',
      ...staged('maya')
        .event('artifact.pushed', {
          repository: 'lab/tool',
          digest: image('release-1'),
          tags: ['1.0.0'],
        })
        .example(),
      policy: POLICY,
    },
  ],
});

/** An image that was built and pushed to the stage. */
function staged(by: string, builder = 'ci'): Story {
  return story()
    .build('release-1', { actor: { name: builder } })
    .event('artifact.pushed', {
      repository: 'stage/tool',
      digest: image('release-1'),
      tags: ['1.0.0'],
      actor: { name: by },
    })
    .hours(3);
}

function push(told: Story, repository: string, turn: number, actor: Actor): Story {
  return told.event('artifact.pushed', {
    repository,
    digest: image(`release-${turn}`),
    tags: [`1.${turn}.0`],
    actor,
  });
}

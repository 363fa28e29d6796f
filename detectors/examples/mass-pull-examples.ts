import type { EventData } from '../../services/core/events/catalogue.ts';
import type { Examples } from '../detector.ts';
import { image, type Story, story } from './story.ts';

const OFFICE = '198.51.100.20';
const ELSEWHERE = '203.0.113.77';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const massPullExamples = (): Examples => ({
  fires: [
    {
      name: 'a person with a narrow habit walks through the registry from a new network',
      ...walk(readers(), 12, { actor: { name: 'noor' }, client: { address: ELSEWHERE } }).example(),
      disposition: 'page',
    },
    {
      name: 'the same from the usual network asks for a look',
      ...walk(readers(), 12, { actor: { name: 'noor' }, client: { address: OFFICE } }).example(),
      disposition: 'ticket',
    },
    {
      name: 'an address that nobody knows reads one image of each repository',
      ...walk(readers(), 15, { client: { address: ELSEWHERE } }).example(),
      disposition: 'ticket',
    },
    {
      name: 'a credential reads the settings of one repository after another',
      ...readers()
        .times(15, (told, turn) =>
          told.event('token.used', { tokenId: 'deploy', repository: `lab/tool-${turn}` }),
        )
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a mirror of the policy reads everything for the first time: on record',
      ...walk(readers(), 15, { actor: { name: 'mirror-bot' } }).example(),
      policy: { mirrors: ['mirror-*'] },
      disposition: 'log',
    },
    {
      name: 'a reader of one small image takes huge ones away',
      ...readers()
        .event('artifact.pulled', {
          repository: 'lab/tool-1',
          digest: image('archive-1'),
          bytes: 150e9,
          actor: { name: 'noor' },
        })
        .event('artifact.pulled', {
          repository: 'lab/tool-1',
          digest: image('archive-2'),
          bytes: 150e9,
          actor: { name: 'noor' },
        })
        .example(),
      disposition: 'ticket',
    },
  ],
  silent: [
    {
      name: 'a class pulls three images again and again from one address',
      ...readers()
        .times(150, (told, turn) =>
          told.event('artifact.pulled', {
            repository: `lab/tool-${(turn % 3) + 1}`,
            digest: image(`course-${turn % 3}`),
            bytes: 40e6,
            client: { address: ELSEWHERE, userAgent: 'containerd/1.7' },
          }),
        )
        .example(),
    },
    {
      name: 'a scanner that reads everything every day',
      ...story('lab/scanned')
        .times(11, (told) => walk(told.days(1), 20, { actor: { name: 'scanner' } }))
        .example(),
    },
    {
      name: 'the walk goes on: it has been said',
      ...walk(readers(), 20, { actor: { name: 'noor' }, client: { address: OFFICE } }).example(),
    },
    {
      name: 'one huge image is pulled twice',
      ...readers()
        .times(2, (told) =>
          told.event('artifact.pulled', {
            repository: 'lab/tool-1',
            digest: image('archive-1'),
            bytes: 150e9,
            actor: { name: 'noor' },
          }),
        )
        .example(),
    },
    {
      name: 'a project that was observed for some days only',
      ...walk(story('lab/young'), 15, { actor: { name: 'noor' } }).example(),
    },
    {
      name: 'the same few repositories on another day',
      ...walk(readers(), 4, { actor: { name: 'noor' }, client: { address: OFFICE } }).example(),
    },
  ],
});

/** Twenty days on which a colleague reads two repositories from the office. */
function readers(): Story {
  return story('lab/tool-1')
    .times(20, (told) =>
      walk(told.days(1), 2, { actor: { name: 'noor' }, client: { address: OFFICE } }),
    )
    .days(1);
}

function walk(told: Story, repositories: number, by: Partial<EventData<'artifact.pulled'>>): Story {
  return told.times(repositories, (inner, turn) =>
    inner.event('artifact.pulled', {
      repository: `lab/tool-${turn}`,
      digest: image(`tool-${turn}`),
      bytes: 40e6,
      ...by,
    }),
  );
}

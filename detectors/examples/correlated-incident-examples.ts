import type { Examples } from '../detector.ts';
import { image, REPOSITORY, type Story, story } from './story.ts';

const OFFICE = { address: '198.51.100.20', userAgent: 'docker/27.1' };
const HOSTING = { address: '203.0.113.77', userAgent: 'curl/8.5' };

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const correlatedIncidentExamples = (): Examples => ({
  fires: [
    {
      name: 'a strange login, the loss of an image that a run used, and a push that nothing explains',
      ...unexplained(loss(strangeLogin(months()))).example(),
      disposition: 'page',
    },
    {
      name: 'the same signs in another order',
      ...loss(unexplained(strangeLogin(months()))).example(),
      disposition: 'page',
    },
    {
      name: 'the same signs over half a day',
      ...unexplained(loss(strangeLogin(months()).hours(5)).hours(6)).example(),
      disposition: 'page',
    },
  ],
  silent: [
    {
      name: 'two of the signs',
      ...unexplained(strangeLogin(months())).example(),
    },
    {
      name: 'a day between the signs',
      ...unexplained(loss(strangeLogin(months()).days(1)).days(1)).example(),
    },
    {
      name: 'a sign more once the story was told',
      ...unexplained(unexplained(loss(strangeLogin(months()))), 'foreign-2').example(),
    },
  ],
});

function months(): Story {
  return story().times(30, (told, turn) =>
    release(told.days(1), `release-${turn}`, `1.${turn}.0`).run(`release-${turn}`),
  );
}

function release(told: Story, name: string, tag: string): Story {
  return told
    .event('login.succeeded', { actor: { name: 'maya' }, client: OFFICE })
    .build(name)
    .event('artifact.pushed', push(name, tag, OFFICE));
}

function push(name: string, tag: string, client: typeof OFFICE) {
  return {
    repository: REPOSITORY,
    digest: image(name),
    tags: [tag],
    actor: { name: 'maya' },
    client,
  };
}

function strangeLogin(told: Story): Story {
  return told.days(1).event('login.succeeded', { actor: { name: 'maya' }, client: HOSTING });
}

function loss(told: Story): Story {
  return told.deleteImage('release-5');
}

function unexplained(told: Story, name = 'foreign'): Story {
  return told.event('artifact.pushed', push(name, `2.${name.length}.0`, OFFICE));
}

import { expect, test } from 'vitest';
import { dormantCredential } from '../../detectors/dormant-credential.ts';
import { image, type Story, story } from '../../detectors/examples/story.ts';
import { permissionEscalation } from '../../detectors/permission-escalation.ts';
import { tokenNewNetwork } from '../../detectors/token-new-network.ts';
import { judgeStory } from './run-example.ts';

const RULES = [tokenNewNetwork, permissionEscalation, dormantCredential];
const HOMES = ['maya', 'noor', 'ivo'].map((name, at) => ({
  actor: { name },
  client: { address: `198.51.${at}.20`, userAgent: 'docker/27.1' },
}));

function months(): Story {
  return story()
    .times(30, (told, turn) =>
      HOMES.reduce(
        (inner, by, n) =>
          inner.event('artifact.pushed', {
            repository: `lab/tool-${n}`,
            digest: image(`tool-${n}-${turn}`),
            tags: [`1.${turn}.0`],
            actor: by.actor,
            client: { ...by.client, tokenId: `old-${n}` },
          }),
        told.days(1),
      ),
    )
    .days(1);
}

function raised(told: Story) {
  return judgeStory(RULES, told.events()).findings.flat();
}

test('when all credentials are replaced together, nobody is woken and nobody gets work', () => {
  const rotation = HOMES.reduce(
    (told, by, n) =>
      told
        .event('token.created', { ...by, tokenId: `new-${n}`, scopes: ['push'] })
        .event('artifact.pushed', {
          repository: `lab/tool-${n}`,
          digest: image(`tool-${n}-rotated`),
          tags: ['2.0.0'],
          actor: by.actor,
          client: { ...by.client, tokenId: `new-${n}` },
        })
        .event('token.revoked', { ...by, tokenId: `old-${n}` }),
    months(),
  );
  expect(raised(rotation).filter(({ disposition }) => disposition !== 'log')).toEqual([]);
});

test('an office that moves is put on record for each colleague, and asks nobody for more', () => {
  const moved = HOMES.reduce(
    (told, { actor }) =>
      told.event('login.succeeded', {
        actor,
        client: { address: '192.0.2.20', userAgent: 'docker/27.1' },
      }),
    story()
      .times(30, (told) =>
        HOMES.reduce(
          (inner, { actor }) =>
            inner.event('login.succeeded', {
              actor,
              client: { address: '198.51.100.20', userAgent: 'docker/27.1' },
            }),
          told.days(1),
        ),
      )
      .days(1),
  );
  const said = raised(moved);
  expect(said.map(({ disposition }) => disposition)).toEqual(['log', 'log', 'log']);
});

test('a network in which colleagues have worked for weeks lowers, and the finding says so', () => {
  const visit = months().event('artifact.pushed', {
    repository: 'lab/tool-2',
    digest: image('tool-2-visit'),
    tags: ['2.0.0'],
    actor: { name: 'ivo' },
    client: { address: '198.51.0.99', userAgent: 'docker/27.1' },
  });
  const alone = raised(visit).at(-1);
  const shared = raised(
    story()
      .times(30, (told) =>
        ['maya', 'noor'].reduce(
          (inner, name) =>
            inner.event('login.succeeded', {
              actor: { name },
              client: { address: '198.51.0.20', userAgent: 'docker/27.1' },
            }),
          told.days(1).event('login.succeeded', {
            actor: { name: 'ivo' },
            client: { address: '198.51.2.20', userAgent: 'docker/27.1' },
          }),
        ),
      )
      .event('artifact.pushed', {
        repository: 'lab/tool-2',
        digest: image('tool-2-visit'),
        tags: ['2.0.0'],
        actor: { name: 'ivo' },
        client: { address: '198.51.0.99', userAgent: 'docker/27.1' },
      }),
  ).at(-1);
  expect(alone?.disposition).toBe('ticket');
  expect(shared?.disposition).toBe('log');
  expect(shared?.context.map(({ kind }) => kind)).toContain('known-network');
});

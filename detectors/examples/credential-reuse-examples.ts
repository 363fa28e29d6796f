import type { EventData } from '../../services/core/events/catalogue.ts';
import type { Examples } from '../detector.ts';
import { together } from './lane-story.ts';
import { image, type Story, story } from './story.ts';

const HOME = '198.51.100.7';
const STRANGE = '203.0.113.66';

type Use = { readonly by?: string; readonly token?: string; readonly address?: string };

const client = ({ token, address }: Use) => ({
  client: {
    ...(token === undefined ? {} : { tokenId: token }),
    ...(address === undefined ? {} : { address }),
  },
});

const pull = (told: Story, repository: string, use: Use): Story =>
  told.event('artifact.pulled', {
    repository,
    tag: '1.0',
    ...(use.by === undefined ? {} : { actor: { name: use.by } }),
    ...client(use),
  });

const push = (told: Story, repository: string, use: Use): Story => {
  const data: EventData<'artifact.pushed'> = {
    repository,
    digest: image('new'),
    tags: ['9.0'],
    ...(use.by === undefined ? {} : { actor: { name: use.by } }),
    ...client(use),
  };
  return told.event('artifact.pushed', data);
};

/** A credential that one robot has used every day for three weeks. */
const habit = (use: Use): Story => story().times(21, (told) => pull(told.days(1), 'lab/tool', use));

const ROBOT: Use = { by: 'lab-ci', token: 'tok-1', address: HOME };
const later = (project: string): Story => story(`${project}/tool`).days(22);

/** A person who has logged in from home on ten days. */
const person = (name: string, project: string, address: string): Story =>
  story(`${project}/tool`).times(10, (told) =>
    told.days(1).event('login.succeeded', { actor: { name }, client: { address } }),
  );

const PEOPLE = [
  ['ada', 'lab', '192.0.2.10'],
  ['ben', 'climate', '198.18.0.10'],
  ['cleo', 'ocean', '198.51.100.10'],
] as const;

const arrive = (address: string, robot = false): readonly Story[] =>
  PEOPLE.map(([name, project, home]) =>
    person(name, project, home)
      .days(1)
      .event('login.succeeded', {
        actor: { name, ...(robot ? { kind: 'robot' as const } : {}) },
        client: { address },
      }),
  );

export const credentialReuseExamples = (): Examples => ({
  fires: [
    {
      name: 'a credential of one robot writes to another project, from another network',
      ...together(
        habit(ROBOT),
        push(later('climate'), 'climate/tool', { ...ROBOT, address: STRANGE }),
      ),
      disposition: 'page',
    },
    {
      name: 'the same, but it only reads',
      ...together(
        habit(ROBOT),
        pull(later('climate'), 'climate/tool', { ...ROBOT, address: STRANGE }),
      ),
      disposition: 'ticket',
    },
    {
      name: 'another principal uses the credential of a robot, from another network',
      ...together(
        habit(ROBOT),
        pull(later('climate'), 'climate/tool', { by: 'eve', token: 'tok-1', address: STRANGE }),
      ),
      disposition: 'page',
    },
    {
      name: 'three established people of three projects log in from one network that is new',
      ...together(...arrive(STRANGE)),
      disposition: 'ticket',
    },
    {
      name: 'three such people, two of whom make credentials there and one publishes',
      ...together(
        ...PEOPLE.map(([name, project, home]) =>
          [1, 2].reduce(
            (told, turn) =>
              name === 'ada'
                ? told
                : turn === 1
                  ? told.event('token.created', {
                      tokenId: `new-${name}`,
                      actor: { name },
                      client: { address: STRANGE },
                    })
                  : name === 'ben'
                    ? told
                    : push(told, `${project}/tool`, { by: name, address: STRANGE }),
            person(name, project, home)
              .days(1)
              .event('login.succeeded', { actor: { name }, client: { address: STRANGE } }),
          ),
        ),
      ),
      disposition: 'page',
    },
  ],
  silent: [
    {
      name: 'the robot gets work in another project, on its own network',
      ...together(habit(ROBOT), push(later('climate'), 'climate/tool', ROBOT)),
    },
    {
      name: 'the robot moves to another network in its own project',
      ...together(habit(ROBOT), push(later('lab'), 'lab/tool', { ...ROBOT, address: STRANGE })),
    },
    {
      name: 'a young credential goes anywhere',
      ...together(
        pull(story().days(20), 'lab/tool', ROBOT),
        push(later('climate'), 'climate/tool', { ...ROBOT, address: STRANGE }),
      ),
    },
    {
      name: 'a credential that two principals have always shared',
      ...together(
        story().times(21, (told, turn) =>
          pull(told.days(1), 'lab/tool', { ...ROBOT, by: turn % 2 === 0 ? 'lab-ci' : 'maya' }),
        ),
        pull(later('climate'), 'climate/tool', { by: 'eve', token: 'tok-1', address: STRANGE }),
      ),
    },
    {
      name: 'the robots of three projects get new runners',
      ...together(...arrive(STRANGE, true)),
    },
    {
      name: 'three people of one project come from a new network',
      ...together(
        ...PEOPLE.map(([name, , home], turn) =>
          person(name, 'lab', home)
            .days(1)
            .hours(turn)
            .event('login.succeeded', { actor: { name }, client: { address: STRANGE } }),
        ),
      ),
    },
    {
      name: 'the producer begins to send addresses',
      ...together(
        habit({ by: 'lab-ci', token: 'tok-1' }),
        push(later('climate'), 'climate/tool', ROBOT),
      ),
    },
  ],
});

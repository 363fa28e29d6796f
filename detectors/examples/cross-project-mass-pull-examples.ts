import type { Examples } from '../detector.ts';
import { together } from './lane-story.ts';
import { type Story, story } from './story.ts';

const PROJECTS = ['climate', 'ocean', 'imaging', 'genomics', 'physics', 'archive'];

const pull = (told: Story, repository: string, by: string, address = '198.51.100.7'): Story =>
  told.event('artifact.pulled', {
    repository,
    tag: '1.0',
    actor: { name: by },
    client: { address },
  });

/** Somebody who has pulled the same two tools of one project on twenty days. */
const habit = (by: string): Story =>
  story().times(20, (told) => pull(pull(told.days(1), 'lab/tool', by), 'lab/base', by));

/** So many repositories of each of the projects, within minutes, on the day after. */
const spree = (
  projects: readonly string[],
  each: number,
  by: string,
  address?: string,
): readonly Story[] =>
  projects.map((project) =>
    story(`${project}/set`)
      .days(21)
      .times(each, (told, turn) => pull(told, `${project}/set-${turn}`, by, address)),
  );

export const crossProjectMassPullExamples = (): Examples => ({
  fires: [
    {
      name: 'somebody with a narrow habit reads ten repositories of six projects',
      ...together(habit('iris'), ...spree(PROJECTS.slice(0, 5), 2, 'iris')),
      disposition: 'ticket',
    },
    {
      name: 'the same from a network that was never seen for them',
      ...together(habit('iris'), ...spree(PROJECTS.slice(0, 5), 2, 'iris', '203.0.113.9')),
      disposition: 'page',
    },
    {
      name: 'somebody whom nobody knows reads thirty repositories of six projects: on record',
      ...together(...spree(PROJECTS, 5, 'passer-by')),
      disposition: 'log',
    },
  ],
  silent: [
    {
      name: 'many repositories, but of one other project',
      ...together(habit('iris'), ...spree(['climate'], 20, 'iris')),
    },
    {
      name: 'a scanner that reads everything every day',
      ...together(
        ...PROJECTS.map((project) =>
          story(`${project}/set`).times(30, (told) =>
            told
              .days(1)
              .times(4, (inner, turn) => pull(inner, `${project}/set-${turn}`, 'scanner')),
          ),
        ),
      ),
    },
    {
      name: 'a class of forty people who each pull the same three images',
      ...together(
        ...PROJECTS.slice(0, 3).map((project) =>
          story(`${project}/set`).times(40, (told, turn) =>
            pull(told, `${project}/set`, `student-${turn}`),
          ),
        ),
      ),
    },
  ],
});

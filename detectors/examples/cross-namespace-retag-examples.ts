import type { Examples } from '../detector.ts';
import { together } from './lane-story.ts';
import { builtReleases, image, plainReleases, type Story, story } from './story.ts';

const PROJECTS = ['lab', 'climate', 'ocean'];

/** Moves two versions of a project that have stood for days. */
const moves = (told: Story, to: string, by = 'mallory'): Story =>
  told.days(2).times(2, (inner, turn) => inner.move(`1.${turn}.0`, `${to}-${turn}`, by));

const gitMoves = (project: string): Story =>
  story(`${project}/action`)
    .days(10)
    .times(3, (told, turn) =>
      told.event('source.ref-updated', {
        sourceRepository: `https://git.example/${project}/action`,
        ref: `refs/tags/v1.${turn}.0`,
        before: `${turn}`.repeat(40),
        after: `a${turn}`.repeat(20),
        forced: true,
        pusher: { name: 'release-bot' },
      }),
    );

export const crossNamespaceRetagExamples = (): Examples => ({
  fires: [
    {
      name: 'one actor moves versions of three projects to digests that no build explains',
      ...together(...PROJECTS.map((name) => moves(builtReleases(`${name}/tool`), 'evil'))),
      disposition: 'page',
    },
    {
      name: 'all of them to one digest, where nothing is ever explained',
      ...together(
        ...PROJECTS.map((name) =>
          plainReleases(`${name}/tool`)
            .days(2)
            .times(2, (told, turn) => told.move(`1.${turn}.0`, 'evil', 'mallory')),
        ),
      ),
      disposition: 'page',
    },
    {
      name: 'git tags of two projects go to other commits',
      ...together(gitMoves('lab'), gitMoves('climate')),
      disposition: 'page',
    },
    {
      name: 'the usual publisher of both projects overwrites versions by hand',
      ...together(...PROJECTS.map((name) => moves(plainReleases(`${name}/tool`), 'again', 'maya'))),
      disposition: 'ticket',
    },
  ],
  silent: [
    {
      name: 'the monthly rebuild moves them to digests that builds explain',
      ...together(
        ...PROJECTS.map((name) =>
          builtReleases(`${name}/tool`)
            .days(2)
            .times(3, (told, turn) => told.build(`new-${turn}`))
            .times(3, (told, turn) => told.move(`1.${turn}.0`, `new-${turn}`, 'bot')),
        ),
      ),
    },
    {
      name: 'many versions of one project: its own rule tells',
      ...together(
        builtReleases()
          .days(2)
          .times(12, (told, turn) => told.move(`1.${turn}.0`, `evil-${turn}`, 'mallory')),
        plainReleases('climate/tool'),
      ),
    },
    {
      name: 'the cure points them back to where they were',
      ...together(
        ...PROJECTS.map((name) =>
          moves(plainReleases(`${name}/tool`), 'evil')
            .days(1)
            .times(2, (told, turn) => told.move(`1.${turn}.0`, `release-${turn}`, 'maya')),
        ),
      ),
    },
    {
      name: 'tags that move every day by habit',
      ...together(
        ...PROJECTS.map((name) =>
          story(`${name}/tool`).times(12, (told, day) =>
            told
              .days(1)
              .times(3, (inner, turn) => inner.push(`edge-${turn}`, `day-${day}-${turn}`, 'bot')),
          ),
        ),
      ),
    },
    {
      name: 'first releases of three projects on one day',
      ...together(
        ...PROJECTS.map((name) =>
          story(`${name}/tool`).times(4, (told, turn) =>
            told.event('artifact.pushed', {
              repository: `${name}/tool`,
              digest: image(`first-${turn}`),
              tags: [`1.${turn}.0`],
              actor: { name: 'maya' },
            }),
          ),
        ),
      ),
    },
  ],
});

import type { Examples } from '../detector.ts';
import { plainPublications, publish } from './package-story.ts';
import { image, type Story, story } from './story.ts';

const INTERNAL = 'pkg:pypi/labtriton?repository_url=https://packages.lab.example/simple';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const nameConfusionExamples = (): Examples => ({
  fires: [
    {
      name: 'an internal package is resolved from the public registry',
      ...build(
        internalBuilds().days(1),
        'pkg:pypi/labtriton@3.0.0?repository_url=https://pypi.org/simple',
      ).example(),
      disposition: 'page',
    },
    {
      name: 'the internal host is no longer named at all',
      ...build(internalBuilds().days(1), 'pkg:pypi/labtriton@3.0.0').example(),
      disposition: 'ticket',
    },
    {
      name: 'a stranger publishes an internal name at the public registry',
      ...publish(internalBuilds().days(1), '3.0.0', {
        purl: 'pkg:pypi/labtriton@3.0.0',
        publisher: { name: 'stranger' },
      }).example(),
      disposition: 'page',
    },
    {
      name: 'a dependency that looks the same: a digit for a letter',
      ...build(internalBuilds().days(1), INTERNAL, 'pkg:npm/l0dash@4.0.0').example(),
      disposition: 'ticket',
    },
    {
      name: 'a dependency one letter off',
      ...build(internalBuilds().days(1), INTERNAL, 'pkg:npm/lodahs@4.0.0').example(),
      disposition: 'ticket',
    },
    {
      name: 'a dependency with one hyphen more, which is another package there',
      ...build(internalBuilds().days(1), INTERNAL, 'pkg:npm/lo-dash@4.0.0').example(),
      disposition: 'ticket',
    },
    {
      name: 'somebody pulls an image that looks like one of the project',
      ...story()
        .times(10, (told, turn) => told.days(1).push(`1.${turn}.0`, `release-${turn}`))
        .event('artifact.pulled', { repository: 'lab/t00l', digest: image('foreign') })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a stranger publishes a package one letter off',
      ...publish(plainPublications().days(1), '1.0.0', {
        purl: 'pkg:pypi/labtools@1.0.0',
        publisher: { name: 'stranger' },
      }).example(),
      disposition: 'ticket',
      says: 'stranger does not publish',
    },
    {
      name: 'three of eight packages come from another host: no mirror was switched',
      ...build(
        mirrored(story(), 'old.example', 12).days(1),
        ...['one', 'two', 'three'].map((name) => packageAt('new.example', name)),
        ...['four', 'five', 'six', 'seven', 'eight'].map((name) => packageAt('old.example', name)),
      ).example(),
      disposition: 'ticket',
    },
    {
      name: 'a scoped name without its scope',
      ...build(internalBuilds().days(1), INTERNAL, 'pkg:npm/lab-parser@2.0.0').example(),
      disposition: 'ticket',
    },
    {
      name: 'a base image of a look-alike namespace',
      ...onBase(internalBuilds().days(1), 'quay.io/biocontainer/salmon:1.9').example(),
      disposition: 'ticket',
    },
    {
      name: 'a base image from a look-alike registry',
      ...onBase(internalBuilds().days(1), 'quai.io/biocontainers/salmon:1.9').example(),
      disposition: 'ticket',
    },
    {
      name: 'every package comes from another host in one go: a mirror, on record',
      ...build(
        mirrored(story(), 'old.example', 12).days(1),
        ...['one', 'two', 'three'].map((name) => packageAt('new.example', name)),
      ).example(),
      disposition: 'log',
    },
    {
      name: 'an internal package, named by its plain name, comes from the public registry',
      ...plainBuild(plainBuilds().days(1), 'https://pypi.org/simple').example(),
      disposition: 'page',
    },
    {
      name: 'a workflow runs an image one letter off the one that it always ran',
      ...run(runs().days(1), 'lab/fastalinger').example(),
      disposition: 'ticket',
    },
    {
      name: 'a stranger pushes a name next to one in use, where all publishers are known',
      ...runs()
        .days(1)
        .event('artifact.pushed', {
          repository: 'lab/fastalinger',
          digest: image('odd'),
          tags: ['1.0.0'],
          actor: { name: 'stranger' },
        })
        .example(),
      disposition: 'ticket',
    },
  ],
  silent: [
    {
      name: 'the internal package comes from its own host again',
      ...plainBuild(plainBuilds().days(1), 'packages.lab.example').example(),
    },
    {
      name: 'a workflow runs a sibling that the same people push',
      ...run(
        runs()
          .days(1)
          .event('artifact.pushed', {
            repository: 'lab/fastaligners',
            digest: image('sibling'),
            tags: ['1.0.0'],
            actor: { name: 'maya' },
          }),
        'lab/fastaligners',
      ).example(),
    },
    { name: 'the same names again', ...build(internalBuilds().days(1), INTERNAL).example() },
    {
      name: 'a new dependency like no other',
      ...build(internalBuilds().days(1), INTERNAL, 'pkg:npm/express@5.0.0').example(),
    },
    {
      name: 'a numbered sibling',
      ...build(internalBuilds().days(1), INTERNAL, 'pkg:npm/lodash4@4.0.0').example(),
    },
    {
      name: 'another spelling of one package',
      ...build(internalBuilds().days(1), INTERNAL, 'pkg:pypi/python_dateutil@2.9').example(),
    },
    {
      name: 'a sibling repository of the same publisher',
      ...story()
        .times(10, (told, turn) => told.days(1).push(`1.${turn}.0`, `release-${turn}`))
        .days(1)
        .event('artifact.pushed', {
          repository: 'lab/tools',
          digest: `sha256:${'a'.repeat(64)}`,
          tags: ['1.0.0'],
          actor: { name: 'maya' },
        })
        .example(),
    },
    {
      name: 'builds that never say where a package comes from, which its owner publishes inside',
      ...build(publishedInside(), 'pkg:pypi/labtool@1.6.0').example(),
    },
    {
      name: 'the publisher of a package publishes its sibling',
      ...publish(plainPublications().days(1), '1.0.0', {
        purl: 'pkg:pypi/labtools@1.0.0',
      }).example(),
    },
    {
      name: 'the second build with a package of the same host',
      ...build(build(story(), INTERNAL).days(1), INTERNAL).example(),
    },
    {
      name: 'another public registry',
      ...onBase(internalBuilds().days(1), 'gcr.io/distroless/static:nonroot').example(),
    },
    {
      name: 'a project too young to know names',
      ...build(build(story(), 'pkg:npm/lodash@4.0.0'), 'pkg:npm/lodahs@4.0.0').example(),
    },
  ],
});

function build(told: Story, ...names: readonly string[]): Story {
  return told.event('build.finished', {
    runId: `build-${told.events().length}`,
    outcome: 'success',
    dependencies: { resolved: names.map((name) => ({ name })) },
  });
}

function onBase(told: Story, name: string): Story {
  return told.event('build.finished', {
    runId: `build-${told.events().length}`,
    outcome: 'success',
    baseImage: { name },
  });
}

/** A month of builds with the same dependencies, one of them internal, on one base. */
function internalBuilds(): Story {
  return story().times(12, (told, turn) =>
    onBase(
      build(
        told.days(2),
        INTERNAL.replace('?', `@2.${turn}.0?`),
        'pkg:npm/lodash@4.0.0',
        'pkg:npm/%40lab/parser@2.0.0',
        'pkg:pypi/python-dateutil@2.9',
      ),
      'quay.io/biocontainers/salmon:1.8',
    ),
  );
}

function mirrored(told: Story, host: string, turns: number): Story {
  return told.times(turns, (inner) =>
    build(inner.days(1), ...['one', 'two', 'three'].map((name) => packageAt(host, name))),
  );
}

function packageAt(host: string, name: string): string {
  return `pkg:pypi/pack-${name}@1.0?repository_url=https://${host}/simple`;
}

function publishedInside(): Story {
  return story().times(6, (told, turn) =>
    build(
      publish(told.days(3), `1.${turn}.0`, { registry: 'packages.lab.example' }),
      `pkg:pypi/labtool@1.${turn}.0`,
    ),
  );
}

function plainBuild(told: Story, origin: string): Story {
  return told.build('image', {
    dependencies: { resolved: [{ name: 'labtriton', version: '2.0.0', origin }] },
  });
}

function plainBuilds(): Story {
  return story().times(8, (told) => plainBuild(told.days(1), 'packages.lab.example'));
}

function run(told: Story, repository: string): Story {
  return told.event('workflow-run.finished', {
    runId: 'analysis',
    outcome: 'success',
    steps: [{ name: 'align', repository }],
  });
}

/** Twenty releases of one tool, and a run of each. */
function runs(): Story {
  return story('lab/fastaligner').times(20, (told, turn) =>
    run(told.days(1).push(`1.${turn}.0`, `f-${turn}`), 'lab/fastaligner'),
  );
}

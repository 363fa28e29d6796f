import type { EventData } from '../../services/core/events/catalogue.ts';
import type { Examples } from '../detector.ts';
import { image, REPOSITORY, type Story, story } from './story.ts';

const WORKFLOW = { path: '.ci/build.yml', digest: 'w1' };
const BASE = { name: 'registry.example/base/os:1', digest: image('base1') };

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const contentDriftExamples = (): Examples => ({
  fires: [
    {
      name: 'the same commit, script and base with another entrypoint',
      ...released(3)
        .days(2)
        .build('again', inputs('c3'))
        .event('artifact.pushed', pushed('again', ['1.3.0']))
        .event('artifact.inspected', inspected('again', { entrypoint: ['/bin/sh', '-c', 'x'] }))
        .example(),
      disposition: 'page',
    },
    {
      name: 'another layer where builds of a commit repeat',
      ...repeating(9)
        .days(1)
        .build('odd', inputs('c1'))
        .event(
          'artifact.pushed',
          pushed('odd', ['1.1.0'], { layers: layers('os', 'libs', 'evil') }),
        )
        .example(),
      disposition: 'page',
      says: 'layers: 1 replaced',
    },
    {
      name: 'the same, but another builder made it: work',
      ...repeating(9)
        .days(1)
        .build('odd', { ...inputs('c1'), builderId: 'https://ci.example/new-runners' })
        .event(
          'artifact.pushed',
          pushed('odd', ['1.1.0'], { layers: layers('os', 'libs', 'evil') }),
        )
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a layer above the base changed when only the base should have',
      ...onNewBases(4)
        .days(30)
        .build('odd', inputs('c1', 'base9'))
        .event(
          'artifact.pushed',
          pushed('odd', ['1.1.0'], {
            layers: layers('os9', 'libs', 'evil'),
            baseImage: base('base9'),
          }),
        )
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a new base brings another entrypoint: on record',
      ...onNewBases(4)
        .event('artifact.inspected', inspected('i5'))
        .days(30)
        .build('next', inputs('c1', 'base9'))
        .event(
          'artifact.pushed',
          pushed('next', ['1.1.0'], {
            layers: layers('os9', 'libs', 'app1'),
            baseImage: base('base9'),
          }),
        )
        .event('artifact.inspected', inspected('next', { entrypoint: ['/other'] }))
        .example(),
      disposition: 'log',
    },
    {
      name: 'a package that was not in the image of the same commit',
      ...repeating(5)
        .days(1)
        .event('sbom.attached', sbom('i5', ['pkg:pypi/one@1', 'pkg:pypi/two@1']))
        .build('odd', inputs('c1'))
        .event('artifact.pushed', pushed('odd', ['1.1.0']))
        .event(
          'sbom.attached',
          sbom('odd', ['pkg:pypi/one@1', 'pkg:pypi/two@1', 'pkg:pypi/init-hook@1']),
        )
        .example(),
      disposition: 'log',
    },
    {
      name: 'a rebuild lists differences where rebuilds match',
      ...released(4)
        .times(4, (told, turn) =>
          told.event('rebuild.compared', {
            repository: REPOSITORY,
            digest: image(`i${turn}`),
            matches: true,
          }),
        )
        .event('rebuild.compared', {
          repository: REPOSITORY,
          digest: image('i4'),
          matches: false,
          differences: ['layer 3'],
        })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'an image that no build explains, with another layer under a known tag',
      ...released(12)
        .days(1)
        .event('artifact.pushed', {
          ...pushed('hand', ['1.12.0'], { layers: layers('os', 'libs', 'hand') }),
          actor: { name: 'stranger' },
        })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a second builder gets other layers from the commit, where it always got the same',
      ...twice(6)
        .days(1)
        .build('i7', inputs('c7'))
        .event('artifact.pushed', pushed('i7', ['1.7.0'], { layers: layers('os', 'libs', 'evil') }))
        .build('j7', inputs('c7'))
        .event('artifact.pushed', pushed('j7', ['1.7.0-verify']))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'an unexplained image with one layer more than all before it, under a new tag',
      ...released(12)
        .days(1)
        .event(
          'artifact.pushed',
          pushed('hand', ['2.0.0'], { layers: layers('os', 'libs', 'app1', 'more') }),
        )
        .example(),
      disposition: 'ticket',
      says: 'layers (3 in all others, 4 here)',
    },
    {
      name: 'ten times the size of all images before: a record',
      ...sized(10)
        .event('artifact.pushed', { ...pushed('big', ['2.0.0']), size: 90_000_000 })
        .example(),
      disposition: 'log',
    },
    {
      name: 'an image of another commit runs as root, as none before did',
      ...inspectedReleases()
        .event('artifact.inspected', inspected('next', { user: 'root' }))
        .example(),
      disposition: 'ticket',
      says: 'in user (root, or nobody named). The last',
    },
    {
      name: 'the build that says of which commit the image is comes after the push',
      ...odd().build('odd', inputs('c1')).example(),
      disposition: 'page',
      says: 'layers: 1 replaced',
    },
    {
      name: 'only verified provenance says it, after the push',
      ...odd().event('attestation.attached', provenance('odd')).example(),
      disposition: 'page',
    },
    {
      name: 'the same commit with another entrypoint, where pushes say nothing of the content',
      ...bareReleases()
        .build('again', inputs('c3'))
        .push('1.3.0', 'again')
        .event('artifact.inspected', inspected('again', { entrypoint: ['/bin/sh', '-c', 'x'] }))
        .example(),
      disposition: 'page',
    },
  ],
  silent: [
    {
      name: 'a build that failed says nothing of an image',
      ...odd()
        .build('odd', { ...inputs('c1'), outcome: 'failure' })
        .example(),
    },
    {
      name: 'provenance that was not verified says nothing of an image',
      ...odd()
        .event('attestation.attached', { ...provenance('odd'), verified: false })
        .example(),
    },
    {
      name: 'the build of an image as it always is comes after the push',
      ...repeating(9)
        .days(1)
        .event('artifact.pushed', pushed('same', ['1.1.0']))
        .build('same', inputs('c1'))
        .example(),
    },
    {
      name: 'the build of a new commit comes after the push',
      ...odd().build('odd', inputs('c2')).example(),
    },
    {
      name: 'an image of another commit runs as another user without powers',
      ...inspectedReleases()
        .event('artifact.inspected', inspected('next', { user: 'service' }))
        .example(),
    },
    {
      name: 'it runs as root, as others of the repository do',
      ...inspectedReleases('root')
        .event('artifact.inspected', inspected('next', { user: 'root' }))
        .example(),
    },
    {
      name: 'another commit may change what it likes',
      ...repeating(9)
        .days(1)
        .build('next', inputs('c2'))
        .event(
          'artifact.pushed',
          pushed('next', ['1.1.0'], { layers: layers('os', 'libs', 'new') }),
        )
        .example(),
    },
    {
      name: 'the monthly rebuild on a new base, with the same layers above it',
      ...onNewBases(4)
        .days(30)
        .build('next', inputs('c1', 'base9'))
        .event(
          'artifact.pushed',
          pushed('next', ['1.1.0'], {
            layers: layers('os9', 'libs', 'app1'),
            baseImage: base('base9'),
          }),
        )
        .example(),
    },
    {
      name: 'builds that never repeat',
      ...story()
        .times(6, (told, turn) =>
          told
            .days(1)
            .build(`n${turn}`, inputs('c1'))
            .event(
              'artifact.pushed',
              pushed(`n${turn}`, ['nightly'], { layers: layers('os', `l${turn}`, `a${turn}`) }),
            ),
        )
        .days(1)
        .build('n7', inputs('c1'))
        .event('artifact.pushed', pushed('n7', ['nightly'], { layers: layers('os', 'l7', 'a7') }))
        .example(),
    },
    {
      name: 'another platform of the same commit',
      ...repeating(9)
        .event('artifact.pushed', {
          ...pushed('arm', ['1.1.0'], { layers: layers('os-arm', 'libs-arm', 'app-arm') }),
          platform: { os: 'linux', architecture: 'arm64' },
        })
        .example(),
    },
    {
      name: 'another variant of the same commit under its own tag',
      ...repeating(9)
        .build('slim', inputs('c1'))
        .event(
          'artifact.pushed',
          pushed('slim', ['1.1.0-slim'], { layers: layers('mini', 'app1') }),
        )
        .example(),
    },
    {
      name: 'the second builder gets the same layers',
      ...twice(6)
        .days(1)
        .build('i7', inputs('c7'))
        .event('artifact.pushed', pushed('i7', ['1.7.0']))
        .build('j7', inputs('c7'))
        .event('artifact.pushed', pushed('j7', ['1.7.0-verify']))
        .example(),
    },
    {
      name: 'sizes that always differ',
      ...story()
        .times(10, (told, turn) =>
          told.days(1).event('artifact.pushed', {
            ...pushed(`z${turn}`, [`1.${turn}.0`]),
            size: turn % 2 === 0 ? 10_000_000 : 60_000_000,
          }),
        )
        .event('artifact.pushed', { ...pushed('z99', ['2.0.0']), size: 80_000_000 })
        .example(),
    },
  ],
});

function layers(...names: readonly string[]): { digest: string }[] {
  return names.map((name) => ({ digest: image(name) }));
}

function base(digest: string): { name: string; digest: string } {
  return { name: BASE.name, digest: image(digest) };
}

function inputs(commit: string, on = 'base1'): Partial<EventData<'build.finished'>> {
  return { commit, workflow: WORKFLOW, baseImage: base(on) };
}

function pushed(
  name: string,
  tags: string[],
  more: Partial<EventData<'artifact.pushed'>> = {},
): EventData<'artifact.pushed'> {
  return {
    repository: REPOSITORY,
    digest: image(name),
    tags,
    actor: { name: 'maya' },
    layers: layers('os', 'libs', 'app1'),
    baseImage: BASE,
    ...more,
  };
}

function inspected(
  name: string,
  more: Partial<EventData<'artifact.inspected'>> = {},
): EventData<'artifact.inspected'> {
  return {
    repository: REPOSITORY,
    digest: image(name),
    entrypoint: ['/app'],
    user: '1000',
    environment: [{ name: 'PATH', valueDigest: 'p' }],
    ...more,
  };
}

function sbom(name: string, purls: readonly string[]): EventData<'sbom.attached'> {
  return {
    repository: REPOSITORY,
    digest: image(name),
    format: 'CycloneDX 1.6',
    components: purls.map((purl) => ({ purl })),
  };
}

/** Releases, each of its own commit, pushed and inspected. */
function released(count: number): Story {
  return story().times(count, (told, turn) =>
    told
      .days(2)
      .build(`i${turn}`, inputs(`c${turn}`))
      .event('artifact.pushed', pushed(`i${turn}`, [`1.${turn}.0`]))
      .event('artifact.inspected', inspected(`i${turn}`)),
  );
}

/** One release that is built again every day, each time with another digest and the same layers. */
function repeating(count: number): Story {
  return story().times(count + 1, (told, turn) =>
    told
      .days(1)
      .build(`i${turn}`, inputs('c1'))
      .event('artifact.pushed', pushed(`i${turn}`, ['1.1.0'])),
  );
}

/** One release that is built again on every new base. */
function onNewBases(count: number): Story {
  return story().times(count + 1, (told, turn) =>
    told
      .days(30)
      .build(`i${turn}`, inputs('c1', `base${turn}`))
      .event(
        'artifact.pushed',
        pushed(`i${turn}`, ['1.1.0'], {
          layers: layers(`os${turn}`, 'libs', 'app1'),
          baseImage: base(`base${turn}`),
        }),
      ),
  );
}

function sized(count: number): Story {
  return story().times(count, (told, turn) =>
    told.days(1).event('artifact.pushed', {
      ...pushed(`i${turn}`, [`1.${turn}.0`]),
      size: 9_000_000 + 10_000 * turn,
    }),
  );
}

/** Releases that a second builder builds again, with the same layers, under a tag of its own. */
function twice(count: number): Story {
  return story().times(count, (told, turn) =>
    told
      .days(2)
      .build(`i${turn}`, inputs(`c${turn}`))
      .event('artifact.pushed', pushed(`i${turn}`, [`1.${turn}.0`]))
      .build(`j${turn}`, inputs(`c${turn}`))
      .event('artifact.pushed', pushed(`j${turn}`, [`1.${turn}.0-verify`])),
  );
}

/** Six releases that run as a user without powers (the fourth as told), and the build and push of a seventh. */
function inspectedReleases(fourth = '1000'): Story {
  return story()
    .times(6, (told, turn) =>
      told
        .days(2)
        .build(`i${turn}`, inputs(`c${turn}`))
        .event('artifact.pushed', pushed(`i${turn}`, [`1.${turn}.0`]))
        .event('artifact.inspected', inspected(`i${turn}`, turn === 4 ? { user: fourth } : {})),
    )
    .days(2)
    .build('next', inputs('c7'))
    .event('artifact.pushed', pushed('next', ['1.7.0'], { layers: layers('os', 'libs', 'app7') }));
}

/** Another layer under the tag of a release that is built again every day, before anybody says what it is made of. */
function odd(): Story {
  return repeating(9)
    .days(1)
    .event('artifact.pushed', pushed('odd', ['1.1.0'], { layers: layers('os', 'libs', 'evil') }));
}

function provenance(name: string): EventData<'attestation.attached'> {
  return {
    repository: REPOSITORY,
    digest: image(name),
    predicateType: 'https://slsa.dev/provenance/v1',
    commit: 'c1',
    verified: true,
  };
}

/** Releases by a registry that says nothing of what it holds; builds and inspections do. */
function bareReleases(): Story {
  return story()
    .times(3, (told, turn) =>
      told
        .days(2)
        .build(`i${turn}`, inputs(`c${turn}`))
        .push(`1.${turn}.0`, `i${turn}`)
        .event('artifact.inspected', inspected(`i${turn}`)),
    )
    .days(2);
}

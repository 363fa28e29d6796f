import type { EventData } from '../../services/core/events/catalogue.ts';
import type { Examples } from '../detector.ts';
import { builtReleases, image, type Story, story } from './story.ts';

/** What a feed or a person says about a digest. */
const taint = (name: string): EventData<'digest.tainted'> => ({
  digest: image(name),
  reason: 'Carries a credential stealer',
  advisory: 'EX-2026-1',
});

const badPackage: EventData<'digest.tainted'> = {
  purl: 'pkg:npm/left-right',
  versions: ['1.4.2'],
  ranges: [{ introduced: '2.0.0-rc.1', fixed: '2.0.3' }],
  reason: 'Sends environment variables away',
};

const builtWith = (version: string, digest?: string): Partial<EventData<'build.finished'>> => ({
  dependencies: {
    resolved: [
      { name: 'pkg:npm/other', version: '1.4.2' },
      { name: 'pkg:npm/left-right', version, ...(digest === undefined ? {} : { digest }) },
    ],
  },
});

/** A build that resolves the package without publishing anything. */
const tested = (told: Story, version: string): Story =>
  told.build('release-9', { ...builtWith(version), outputs: [] });

export const taintJoinExamples = (): Examples => ({
  fires: [
    {
      name: 'a base image becomes known bad after a publishing build used it',
      ...builtReleases()
        .days(1)
        .build('next', { baseImage: { name: 'lab/base:1', digest: image('base') } })
        .push('2.0.0', 'next')
        .days(3)
        .event('digest.tainted', taint('base'))
        .example(),
      disposition: 'page',
      says: '(EX-2026-1: Carries a credential stealer). In this project it reached 1 builds that can publish, 1 images',
    },
    {
      name: 'a digest becomes known bad that a published run cites',
      ...builtReleases()
        .run('release-3', { tag: '1.3.0', citation: 'doi:10.1000/1' })
        .days(40)
        .event('digest.tainted', taint('release-3'))
        .example(),
      disposition: 'page',
    },
    {
      name: 'a package version becomes known bad that only a test build resolved',
      ...tested(builtReleases().days(1), '2.0.1')
        .days(1)
        .event('digest.tainted', badPackage)
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a bad dependency reaches a cited run through the image that was built with it',
      ...builtReleases()
        .build('next', builtWith('1.4.2'))
        .push('2.0.0', 'next')
        .run('next', { citation: 'doi:10.1000/2' })
        .days(2)
        .event('digest.tainted', badPackage)
        .example(),
      disposition: 'page',
    },
    {
      name: 'a publishing build resolves a version that is known bad',
      ...builtReleases()
        .event('digest.tainted', badPackage)
        .days(1)
        .build('next', builtWith('1.4.2'))
        .example(),
      disposition: 'page',
    },
    {
      name: 'a run uses an image that was built on what is known bad',
      ...builtReleases()
        .event('digest.tainted', taint('base'))
        .build('next', { baseImage: { digest: image('base') } })
        .run('next')
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'somebody pulls a digest that is known bad',
      ...builtReleases()
        .event('digest.tainted', taint('release-2'))
        .event('artifact.pulled', { repository: 'lab/tool', digest: image('release-2') })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a bill of materials shows a bad version inside an image',
      ...builtReleases()
        .event('digest.tainted', badPackage)
        .event('sbom.attached', {
          repository: 'lab/tool',
          digest: image('release-4'),
          format: 'CycloneDX 1.6',
          components: [{ purl: 'pkg:npm/left-right@2.0.2' }],
        })
        .example(),
      disposition: 'ticket',
    },
  ],
  silent: [
    {
      name: 'the build is pinned to another digest of the same base name',
      ...builtReleases()
        .build('next', { baseImage: { name: 'lab/base:1', digest: image('clean') } })
        .push('2.0.0', 'next')
        .event('digest.tainted', taint('base'))
        .example(),
    },
    {
      name: 'the build resolved a version before the range and after the fix',
      ...tested(tested(builtReleases(), '1.4.1'), '2.0.3')
        .event('digest.tainted', badPackage)
        .example(),
    },
    {
      name: 'the version is bad in one file only, and the build is pinned to another file',
      ...builtReleases()
        .build('next', builtWith('1.4.2', image('clean-file')))
        .event('digest.tainted', { ...badPackage, digest: image('bad-file') })
        .example(),
    },
    {
      name: 'a run used another image at the same time',
      ...builtReleases()
        .event('digest.tainted', taint('release-3'))
        .hours(1)
        .run('release-4', { citation: 'doi:10.1000/1' })
        .example(),
    },
    {
      name: 'the dependency was declared and never resolved',
      ...story()
        .build('next', {
          dependencies: { declared: [{ name: 'pkg:npm/left-right', version: '1.4.2' }] },
        })
        .event('digest.tainted', badPackage)
        .example(),
    },
    {
      name: 'the same puller pulls the bad digest again',
      ...builtReleases()
        .event('digest.tainted', taint('release-2'))
        .times(2, (told) =>
          told.event('artifact.pulled', { repository: 'lab/tool', digest: image('release-2') }),
        )
        .example(),
    },
    {
      name: 'nobody here used what is known bad',
      ...builtReleases().event('digest.tainted', taint('elsewhere')).example(),
    },
  ],
});

import type { Examples } from '../detector.ts';
import { together } from './lane-story.ts';
import { builtReleases, image, story } from './story.ts';

const bad = (name: string) => ({ digest: image(name), reason: 'Carries a credential stealer' });

const climate = () =>
  builtReleases('climate/model').build('model', { baseImage: { digest: image('lab-base') } });

export const taintElsewhereExamples = (): Examples => ({
  fires: [
    {
      name: 'one project says that a base image is bad on which another has built',
      ...together(builtReleases().days(5).event('digest.tainted', bad('lab-base')), climate()),
      disposition: 'page',
    },
    {
      name: 'a feed says it of a project that nobody owns, and a cited run has used it',
      ...together(
        builtReleases().run('release-2', { citation: 'doi:10.1000/3' }),
        story('unassigned/feed').days(60).event('digest.tainted', bad('release-2')),
      ),
      disposition: 'page',
    },
    {
      name: 'another project pulls it later',
      ...together(
        builtReleases().event('digest.tainted', bad('release-2')),
        story('climate/model')
          .days(40)
          .event('artifact.pulled', { repository: 'climate/model', digest: image('release-2') }),
      ),
      disposition: 'ticket',
    },
    {
      name: 'an image of one project that was built on it runs in another',
      ...together(
        builtReleases().event('digest.tainted', bad('lab-base')),
        story('climate/model')
          .days(30)
          .build('model', { baseImage: { digest: image('lab-base') } }),
        story('ocean/grid').days(40).run('model'),
      ),
      disposition: 'ticket',
    },
  ],
  silent: [
    {
      name: 'the other project is pinned to another digest',
      ...together(builtReleases().days(5).event('digest.tainted', bad('other-base')), climate()),
    },
    {
      name: 'only the project that says it has used it: its own rule tells',
      ...together(
        builtReleases().days(5).event('digest.tainted', bad('release-3')),
        story('climate/model').build('model', { baseImage: { digest: image('lab-base') } }),
      ),
    },
    {
      name: 'other digests go on being used',
      ...together(
        builtReleases().event('digest.tainted', bad('release-2')),
        story('climate/model').days(30).build('model').run('model'),
      ),
    },
  ],
});

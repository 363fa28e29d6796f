import type { Examples } from '../detector.ts';
import { builtReleases, plainReleases, rebuiltReleases, story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const tagMutationExamples = (): Examples => ({
  fires: [
    {
      name: 'a version tag that never moved goes to a digest no build explains',
      ...builtReleases().days(1).push('1.3.0', 'foreign', 'stranger').example(),
      disposition: 'page',
      says: 'the tag before',
    },
    {
      name: 'the same, by a publisher of old',
      ...builtReleases().days(1).push('1.3.0', 'foreign').example(),
      disposition: 'page',
    },
    {
      name: 'a version tag moves in a repository without builds where none ever moved',
      ...plainReleases().days(1).move('1.7.0', 'other').example(),
      disposition: 'page',
    },
    {
      name: 'a tag that moves every week goes to a digest nothing explains',
      ...rebuiltReleases().days(7).push('1.2.0', 'foreign').example(),
      disposition: 'page',
    },
    {
      name: 'a tag that the policy calls immutable moves in a young repository',
      ...plainReleases('lab/young').days(1).push('paper', 'one').push('paper', 'two').example(),
      policy: { immutableTags: ['paper*'] },
      disposition: 'page',
    },
    {
      name: 'the attacker puts the tag back within the hour',
      ...builtReleases()
        .days(1)
        .push('1.3.0', 'foreign', 'stranger')
        .push('1.3.0', 'release-3', 'stranger')
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'another, trusted publisher cures the tag: on record, nobody is woken again',
      ...builtReleases()
        .days(1)
        .push('1.3.0', 'foreign', 'stranger')
        .push('1.3.0', 'release-3')
        .example(),
      disposition: 'log',
    },
    {
      name: 'a deleted version tag comes back as something else',
      ...plainReleases().days(1).deleteTag('1.4.0').push('1.4.0', 'other').example(),
      disposition: 'page',
    },
    {
      name: 'the usual builder re-builds a version that never moved: on record',
      ...builtReleases().days(1).build('again').push('1.5.0', 'again').example(),
      disposition: 'log',
    },
    {
      name: 'a build explains the move, but of a source that was never built here',
      ...builtReleases()
        .days(1)
        .build('forked', { sourceRepository: 'https://git.example/stranger/tool' })
        .push('1.5.0', 'forked')
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a version is built anew from a source that the usual owner moved to: work, not an alarm',
      ...builtReleases()
        .days(1)
        .build('moved', { sourceRepository: 'https://git.example/lab/monorepo' })
        .push('1.5.0', 'moved')
        .example(),
      disposition: 'ticket',
      says: 'kin-build',
    },
    {
      name: 'a version moves where only a few days were seen: work, not an alarm',
      ...story('lab/few')
        .times(5, (told, turn) => told.days(1).push(`1.${turn}.0`, `few-${turn}`))
        .days(1)
        .push('1.3.0', 'other')
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'builds come after the push here, and this one never came',
      ...builtLater().push('1.2.0', 'foreign').days(1).push('2.0.0', 'late').example(),
      disposition: 'page',
      says: 'the tag before',
    },
    {
      name: 'a digest that nothing explained in its time comes back, where builds come after the push',
      ...builtLater()
        .push('1.2.0', 'foreign')
        .days(1)
        .push('1.2.0', 'late-2-4')
        .days(8)
        .push('1.2.0', 'foreign')
        .example(),
      disposition: 'page',
    },
    {
      name: 'the push says that it happened years ago',
      ...plainReleases().days(-1000).move('1.7.0', 'other').example(),
      disposition: 'page',
    },
  ],
  silent: [
    {
      name: 'a new version',
      ...builtReleases().days(1).build('release-21').push('1.21.0', 'release-21').example(),
    },
    {
      name: 'version tags that are re-built every week',
      ...rebuiltReleases().days(7).build('next').push('1.2.0', 'next').example(),
    },
    {
      name: 'latest follows each release',
      ...plainReleases()
        .times(5, (told, turn) => told.days(1).push(['latest', `2.${turn}.0`], `second-${turn}`))
        .days(1)
        .push(['latest', '2.6.0'], 'second-6')
        .example(),
    },
    {
      name: 'the same tag is pushed with the same content again',
      ...builtReleases().days(1).push('1.3.0', 'release-3').example(),
    },
    {
      name: 'a repository too young to have habits',
      ...plainReleases('lab/new').example(),
    },
    {
      name: 'the policy lets the tag move',
      ...plainReleases().days(1).push('1.3.0', 'other').example(),
      policy: { movingTags: ['1.*'] },
    },
    {
      name: 'builds come after the push here, and there is time still',
      ...builtLater().push('1.2.0', 'next').example(),
    },
  ],
});

function builtLater() {
  return rebuiltReleases('lab/later').times(4, (told, week) =>
    told
      .days(7)
      .times(4, (inner, version) =>
        inner
          .push(`1.${version}.0`, `late-${version}-${week}`)
          .hours(0.2)
          .build(`late-${version}-${week}`),
      ),
  );
}

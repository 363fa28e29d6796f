import type { Examples } from '../detector.ts';
import { commit, GIT, pushBranch, pushTag } from './git-story.ts';
import { plainPublications, publish, release, releases } from './package-story.ts';
import { image, story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const packageProvenanceGapExamples = (): Examples => ({
  fires: [
    {
      name: 'a version without tag, run, commit and attestation, uploaded with a token',
      ...publish(releases().days(1), '1.11.0', {
        digest: image('foreign'),
        attested: false,
      }).example(),
      disposition: 'page',
    },
    {
      name: 'a version without tag and run whose attestation nobody mentions',
      ...publish(releases().days(1), '1.11.0', {
        digest: image('foreign'),
        sourceRepository: GIT,
        commit: commit('change-10'),
      }).example(),
      disposition: 'page',
    },
    {
      name: 'a package that is only ever tagged: the version has no tag',
      ...publish(taggedPublications().days(1), '1.11.0').example(),
      disposition: 'ticket',
    },
    {
      name: 'the same by a newcomer, with code that runs at installation',
      ...publish(taggedPublications().days(1), '1.11.0', {
        publisher: { name: 'stranger' },
        installScript: true,
      }).example(),
      disposition: 'page',
    },
    {
      name: 'a new pipeline publishes with an attestation, but the tag is missing: work, not an alarm',
      ...publish(releases().days(6), '2.0.0', {
        digest: image('new-pipeline'),
        publisher: { name: 'new-pipeline' },
        attested: true,
        commit: commit('change-10'),
        sourceRepository: GIT,
      }).example(),
      disposition: 'ticket',
    },
  ],
  silent: [
    { name: 'a release with everything', ...release(releases(), 11).example() },
    {
      name: 'a package of which nothing was ever known',
      ...publish(plainPublications().days(3), '1.11.0').example(),
    },
    {
      name: 'a young package',
      ...publish(release(release(story(), 1), 2).days(1), '1.3.0', { attested: false }).example(),
    },
    {
      name: 'a producer that stops to say whether versions are attested',
      ...release(attestedPublications(), 11, { digest: image('wheel-11') }).example(),
    },
    {
      name: 'a package whose tags come after it is published',
      ...publish(taggedLater().days(3), '1.11.0').example(),
    },
  ],
});

/** Publications of which only the git tag is known. */
function taggedPublications() {
  return story().times(10, (told, turn) => {
    pushTag(pushBranch(told.days(3), `change-${turn}`), `v1.${turn}.0`, `change-${turn}`);
    return publish(told, `1.${turn}.0`, { sourceRepository: GIT, installScript: false });
  });
}

function taggedLater() {
  return story().times(10, (told, turn) => {
    publish(told.days(3), `1.${turn}.0`, { sourceRepository: GIT });
    return pushTag(pushBranch(told, `change-${turn}`), `v1.${turn}.0`, `change-${turn}`);
  });
}

function attestedPublications() {
  return story().times(10, (told, turn) => release(told, turn));
}

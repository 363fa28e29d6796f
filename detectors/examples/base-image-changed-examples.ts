import type { EventData } from '../../services/core/events/catalogue.ts';
import type { Examples } from '../detector.ts';
import { image, REPOSITORY, type Story, story } from './story.ts';

const OS = 'registry.example/base/os:1';
const WORKFLOW = { path: '.ci/build.yml', digest: 'w1' };

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const baseImageChangedExamples = (): Examples => ({
  fires: [
    {
      name: 'the same commit on a base of another registry, pushed by a stranger',
      ...released(6)
        .build('odd', { commit: 'c6', workflow: WORKFLOW })
        .event('artifact.pushed', {
          ...pushed('odd', ['1.6.0'], { name: 'evil.example/base/os:1', digest: image('evil') }),
          actor: { name: 'stranger' },
        })
        .example(),
      disposition: 'ticket',
      says: 'The commit and the script are those of the image before',
    },
    {
      name: 'another base with another commit: work for whoever reviews it',
      ...released(6)
        .build('next', { commit: 'c7' })
        .event(
          'artifact.pushed',
          pushed('next', ['1.7.0'], {
            name: 'registry.example/other/os:1',
            digest: image('other'),
          }),
        )
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a digest that the base’s own repository never had',
      ...released(6, true)
        .build('next', { commit: 'c7' })
        .event('artifact.pushed', pushed('next', ['1.7.0'], { name: OS, digest: image('forged') }))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'the base’s own repository has had one push, and every image was built on it until now',
      ...onRareBase()
        .build('next', { commit: 'c7' })
        .event('artifact.pushed', pushed('next', ['1.7.0'], { name: OS, digest: image('forged') }))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'the base has moved twice, once after the last image of this repository, and now has a digest of nobody',
      ...pushBase(
        pushBase(onRareBase(), 'base2')
          .days(2)
          .event('artifact.pushed', pushed('i7', ['1.7.0'], { name: OS, digest: image('base2') })),
        'base3',
      )
        .days(2)
        .event('artifact.pushed', pushed('next', ['1.8.0'], { name: OS, digest: image('forged') }))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'the base’s own repository is pushed to often, and the images were built on one that it had before it was watched',
      ...released(6, true, story(), 'base-old')
        .event('artifact.pushed', pushed('next', ['1.7.0'], { name: OS, digest: image('forged') }))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a base that is known bad',
      ...released(6)
        .event('digest.tainted', { digest: image('bad'), reason: 'Holds a back door' })
        .build('next', { commit: 'c7' })
        .event('artifact.pushed', pushed('next', ['1.7.0'], { name: OS, digest: image('bad') }))
        .example(),
      disposition: 'page',
      says: `${OS}@${image('bad')}`,
    },
    {
      name: 'a run says that it built on a base that is known bad',
      ...released(6)
        .event('digest.tainted', { digest: image('bad'), reason: 'Holds a back door' })
        .build('next', { commit: 'c7', baseImage: { digest: image('bad') } })
        .example(),
      disposition: 'page',
    },
    {
      name: 'the base goes back to the digest before: a record',
      ...released(4)
        .event('artifact.pushed', pushed('new', ['1.5.0'], { name: OS, digest: image('base2') }))
        .days(3)
        .event('artifact.pushed', pushed('back', ['1.6.0'], { name: OS, digest: image('base1') }))
        .example(),
      disposition: 'log',
    },
  ],
  silent: [
    {
      name: 'the base’s own repository got it just before',
      ...pushBase(onRareBase(), 'base2')
        .build('next', { commit: 'c7' })
        .event('artifact.pushed', pushed('next', ['1.7.0'], { name: OS, digest: image('base2') }))
        .example(),
    },
    {
      name: 'the same base again',
      ...released(6)
        .event('artifact.pushed', pushed('next', ['1.7.0'], { name: OS, digest: image('base1') }))
        .example(),
    },
    {
      name: 'a base without a name stays what it was when it became known bad',
      ...story()
        .times(6, (told, turn) =>
          told
            .days(2)
            .event(
              'artifact.pushed',
              pushed(`i${turn}`, [`1.${turn}.0`], { digest: image('bad') }),
            ),
        )
        .event('digest.tainted', { digest: image('bad'), reason: 'Holds a back door' })
        .event('artifact.pushed', pushed('next', ['1.7.0'], { digest: image('bad') }))
        .example(),
    },
    {
      name: 'a base outside the project moves, as bases do',
      ...released(6)
        .days(30)
        .event('artifact.pushed', pushed('next', ['1.7.0'], { name: OS, digest: image('base2') }))
        .example(),
    },
    {
      name: 'the base’s own repository got the digest an hour before',
      ...released(6, true)
        .days(2)
        .event('artifact.pushed', {
          repository: 'base/os',
          digest: image('base2'),
          tags: ['1'],
          actor: { name: 'olga' },
        })
        .hours(1)
        .build('next', { commit: 'c7' })
        .event('artifact.pushed', pushed('next', ['1.7.0'], { name: OS, digest: image('base2') }))
        .example(),
    },
    {
      name: 'the base comes from elsewhere: its namesake here had few images, and none that was built on',
      ...released(6, false, pushBase(pushBase(story(), 'copy1'), 'copy2'))
        .event('artifact.pushed', pushed('next', ['1.7.0'], { name: OS, digest: image('base2') }))
        .example(),
    },
    {
      name: 'the first images of a repository',
      ...story()
        .event('artifact.pushed', pushed('i1', ['1.1.0'], { name: OS, digest: image('base1') }))
        .event(
          'artifact.pushed',
          pushed('i2', ['1.2.0'], { name: 'registry.example/other/os:1', digest: image('other') }),
        )
        .example(),
    },
  ],
});

function pushed(
  name: string,
  tags: string[],
  baseImage: { name?: string; digest: string },
): EventData<'artifact.pushed'> {
  return { repository: REPOSITORY, digest: image(name), tags, actor: { name: 'maya' }, baseImage };
}

/** Releases on one base; the base's repository is watched too where asked. */
function released(count: number, watched = false, told = story(), on = 'base1'): Story {
  if (watched) {
    told.times(5, (inner, turn) =>
      inner.days(7).event('artifact.pushed', {
        repository: 'base/os',
        digest: image(turn === 5 ? 'base1' : `base0${turn}`),
        tags: ['1'],
        actor: { name: 'olga' },
      }),
    );
  }
  return told.times(count, (inner, turn) =>
    inner
      .days(2)
      .build(`i${turn}`, { commit: `c${turn}`, workflow: WORKFLOW })
      .event(
        'artifact.pushed',
        pushed(`i${turn}`, [`1.${turn}.0`], { name: OS, digest: image(on) }),
      ),
  );
}

/** A base of the project that hardly ever gets another image. */
function onRareBase(): Story {
  return released(6, false, pushBase(story(), 'base1'));
}

function pushBase(told: Story, name: string): Story {
  return told.event('artifact.pushed', {
    repository: 'base/os',
    digest: image(name),
    tags: ['1'],
    actor: { name: 'olga' },
  });
}

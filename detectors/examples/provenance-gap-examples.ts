import type { Examples } from '../detector.ts';
import { builtReleases, image, plainReleases, type Story, story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const provenanceGapExamples = (): Examples => ({
  fires: [
    {
      name: 'a stranger pushes past the builder',
      ...builtReleases().days(1).push('1.21.0', 'foreign', 'stranger').example(),
      disposition: 'page',
    },
    {
      name: 'a publisher of old pushes a new version by hand: work, not an alarm',
      ...builtReleases().days(1).push('1.21.0', 'by-hand').example(),
      disposition: 'ticket',
    },
    {
      name: 'the run that names the digest failed',
      ...builtReleases()
        .days(1)
        .build('broken', { outcome: 'failure' })
        .push('1.21.0', 'broken')
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'builds come after the push here, and the usual delay is over',
      ...laterReleases().push('2.0.0', 'foreign').days(1).push('2.0.1', 'next').example(),
      disposition: 'ticket',
    },
    {
      name: 'builds come after the push here, and nothing at all comes after this one',
      ...laterReleases().push('2.0.0', 'foreign', 'stranger').waits(2).example(),
      disposition: 'page',
    },
    {
      name: 'a build, but no attestation where every release has one',
      ...attestedReleases()
        .build('bare')
        .push('2.0.0', 'bare')
        .days(1)
        .push('2.0.1', 'x')
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'announced, so nobody is woken for the stranger',
      ...builtReleases()
        .event('change.announced', {
          from: '2026-01-01T00:00:00Z',
          until: '2026-12-31T00:00:00Z',
          reason: 'Release by hand while the builder is moved',
          actors: ['stranger'],
        })
        .days(1)
        .push('1.21.0', 'by-hand', 'stranger')
        .example(),
      disposition: 'log',
    },
    {
      name: 'the digest lay there untagged behind many others before it got its tag',
      ...laterReleases()
        .push([], 'foreign')
        .times(40, (told, turn) => told.push([], `noise-${turn}`))
        .push('2.0.0', 'foreign')
        .days(1)
        .push('2.0.1', 'next')
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a tag that was announced takes others along that were not',
      ...builtReleases()
        .event('change.announced', {
          from: '2026-01-01T00:00:00Z',
          until: '2026-12-31T00:00:00Z',
          reason: 'The nightly build moves',
          tags: ['nightly'],
        })
        .days(1)
        .push(['nightly', '1.21.0'], 'foreign', 'stranger')
        .example(),
      disposition: 'page',
    },
    {
      name: 'every push comes while a run is under way, this one while none is: known at once',
      ...runningReleases().push('2.0.0', 'foreign').example(),
      disposition: 'ticket',
    },
  ],
  silent: [
    {
      name: 'a built release',
      ...builtReleases().days(1).build('release-21').push('1.21.0', 'release-21').example(),
    },
    {
      name: 'nothing is ever built here',
      ...plainReleases().days(1).push('1.21.0', 'foreign', 'stranger').example(),
    },
    {
      name: 'builds come after the push here, and there is time still',
      ...laterReleases().push('2.0.0', 'next').example(),
    },
    {
      name: 'the late build is the entry that ends the wait',
      ...laterReleases().push('2.0.0', 'next').days(1).build('next').example(),
    },
    {
      name: 'an attestation that was verified stands in for the build event',
      ...attestedReleases().days(1).push('2.0.0', 'signed').attest('signed').example(),
    },
    {
      name: 'an old digest gets one more tag',
      ...builtReleases().days(1).push('stable', 'release-20').example(),
    },
    {
      name: 'a child manifest is pushed by digest before its index',
      ...builtReleases().days(1).push([], 'child').example(),
    },
    {
      name: 'a run of the source is under way, and its word comes after the push here',
      ...begun(runningReleases(), 'next').push('2.0.0', 'next').example(),
    },
    {
      name: 'the usual delay is over, but the run under way has not ended',
      ...begun(runningReleases(), 'next')
        .push('2.0.0', 'next')
        .hours(1)
        .push([], 'child')
        .example(),
    },
    {
      name: 'nothing comes after the push, and there is time yet',
      ...laterReleases().push('2.0.0', 'foreign', 'stranger').waits(0.3).example(),
    },
    {
      name: 'a young repository was filled with what was built for another one: it has no order of its own yet',
      ...pushRenamed(copiedReleases().days(1), '2.0.0', 'next').example(),
    },
    {
      name: 'too little history to expect anything',
      ...story()
        .times(5, (told, turn) => told.days(1).build(`a${turn}`).push(`0.${turn}.0`, `a${turn}`))
        .push('0.6.0', 'by-hand')
        .example(),
    },
  ],
});

function laterReleases() {
  return story('lab/later').times(20, (told, turn) =>
    told.days(1).push(`1.${turn}.0`, `late-${turn}`).hours(0.2).build(`late-${turn}`),
  );
}

function attestedReleases() {
  return story('lab/signed').times(20, (told, turn) =>
    told.days(1).build(`s-${turn}`).push(`1.${turn}.0`, `s-${turn}`).attest(`s-${turn}`),
  );
}

/** The run pushes before it ends, and only its end names the image. */
function runningReleases() {
  return story('lab/running').times(12, (told, turn) =>
    begun(told.days(1), `r-${turn}`)
      .push(`1.${turn}.0`, `r-${turn}`)
      .build(`r-${turn}`, { runId: `r-${turn}` }),
  );
}

function begun(told: Story, runId: string): Story {
  return told.event('build.started', {
    runId,
    builderId: 'https://ci.example/runners',
    sourceRepository: 'https://git.example/lab/tool',
  });
}

/** Releases whose builds come after the push, copied to a new repository on one day. */
function copiedReleases(): Story {
  return laterReleases().times(10, (told, turn) =>
    pushRenamed(told, `1.${turn}.0`, `late-${turn}`),
  );
}

function pushRenamed(told: Story, tag: string, name: string): Story {
  return told.event('artifact.pushed', {
    repository: 'lab/renamed',
    digest: image(name),
    tags: [tag],
    actor: { name: 'maya' },
  });
}

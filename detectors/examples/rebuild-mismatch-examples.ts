import type { EventData } from '../../services/core/events/catalogue.ts';
import type { Examples } from '../detector.ts';
import { image, REPOSITORY, type Story, story } from './story.ts';

const SOURCE = 'https://git.example/lab/tool';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const rebuildMismatchExamples = (): Examples => ({
  fires: [
    {
      name: 'a rebuild differs where they match',
      ...rebuilt(5)
        .build('r6')
        .push('1.6.0', 'r6')
        .event('rebuild.compared', compared('r6', false))
        .example(),
      disposition: 'page',
      says: `"kind":"repository","key":"repository:${REPOSITORY}"`,
    },
    {
      name: 'rebuilds of three repositories cease to match at once: the builders may have changed',
      ...['lab/one', 'lab/two', REPOSITORY]
        .reduce(
          (told, repository) =>
            told.event('rebuild.compared', { ...compared('r5', false), repository }),
          ['lab/one', 'lab/two'].reduce(
            (told, repository) =>
              told
                .event('artifact.pushed', { repository, digest: image('r5'), tags: ['1.5.0'] })
                .event('rebuild.compared', { ...compared('r5', true), repository }),
            rebuilt(5),
          ),
        )
        .example(),
      disposition: 'ticket',
      says: 'Rebuilds of 2 other repositories ceased to match lately',
    },
    {
      name: 'a rebuild of a package differs: on record, while nothing was compared before',
      ...story()
        .event('package.published', { purl: 'pkg:pypi/tool@1.0.0', digest: image('wheel') })
        .event('rebuild.compared', { digest: image('wheel'), matches: false })
        .example(),
      disposition: 'log',
      says: '"kind":"package"',
    },
    {
      name: 'the same difference again is work, and never the new normal',
      ...rebuilt(5)
        .event('rebuild.compared', compared('r5', false))
        .times(12, (told) => told.days(7).event('rebuild.compared', compared('r5', false)))
        .event('rebuild.compared', compared('r5', false))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'they match again, and what was in between is not explained',
      ...rebuilt(5)
        .event('rebuild.compared', compared('r5', false))
        .days(100)
        .event('rebuild.compared', compared('r5', true))
        .example(),
      disposition: 'log',
    },
    {
      name: 'the first comparison of all differs',
      ...story()
        .build('r1')
        .push('1.1.0', 'r1')
        .event('rebuild.compared', compared('r1', false))
        .example(),
      disposition: 'log',
    },
    {
      name: 'rebuilds never matched here: a record',
      ...story()
        .build('r1')
        .push('1.1.0', 'r1')
        .times(3, (told) => told.days(1).event('rebuild.compared', compared('r1', false)))
        .event('rebuild.compared', compared('r1', false))
        .example(),
      disposition: 'log',
    },
    {
      name: 'another builder made it: work, because its tools may differ',
      ...rebuilt(9)
        .build('other', { builderId: 'https://ci.example/new-runners' })
        .push('2.0.0', 'other')
        .event('rebuild.compared', compared('other', false))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a release archive that is not the archive of its tag',
      ...archives(4)
        .event('source.ref-updated', {
          sourceRepository: SOURCE,
          ref: 'refs/tags/v2.0.0',
          after: 'c2',
          archiveDigest: image('tag'),
        })
        .event('package.published', release('2.0.0', 'changed'))
        .example(),
      disposition: 'page',
    },
  ],
  silent: [
    {
      name: 'a rebuild that matches, as always',
      ...rebuilt(5).event('rebuild.compared', compared('r5', true)).example(),
    },
    {
      name: 'the first comparison of all matches',
      ...story()
        .build('r1')
        .push('1.1.0', 'r1')
        .event('rebuild.compared', compared('r1', true))
        .example(),
    },
    {
      name: 'the first match in a repository whose rebuilds never matched',
      ...story()
        .build('r1')
        .push('1.1.0', 'r1')
        .times(3, (told) => told.event('rebuild.compared', compared('r1', false)))
        .event('rebuild.compared', compared('r1', true))
        .example(),
    },
    {
      name: 'a release from the archive of its tag',
      ...archives(4)
        .event('source.ref-updated', {
          sourceRepository: SOURCE,
          ref: 'refs/tags/v2.0.0',
          after: 'c2',
          archiveDigest: image('tag'),
        })
        .event('package.published', release('2.0.0', 'tag'))
        .example(),
    },
    {
      name: 'a release whose tag is not known',
      ...archives(4).event('package.published', release('2.0.0', 'unknown')).example(),
    },
  ],
});

function compared(name: string, matches: boolean): EventData<'rebuild.compared'> {
  return {
    repository: REPOSITORY,
    digest: image(name),
    commit: 'abc',
    matches,
    ...(matches ? {} : { rebuildDigest: image('rebuilt'), differences: ['/usr/bin/tool'] }),
  };
}

function rebuilt(count: number): Story {
  return story().times(count, (told, turn) =>
    told
      .days(2)
      .build(`r${turn}`)
      .push(`1.${turn}.0`, `r${turn}`)
      .event('rebuild.compared', compared(`r${turn}`, true)),
  );
}

function release(version: string, archive: string): EventData<'package.published'> {
  return {
    purl: `pkg:generic/tool@${version}`,
    sourceRepository: SOURCE,
    sourceArchiveDigest: image(archive),
  };
}

function archives(count: number): Story {
  return story().times(count, (told, turn) =>
    told
      .days(5)
      .event('source.ref-updated', {
        sourceRepository: `${SOURCE}.git`,
        ref: `refs/tags/v1.${turn}.0`,
        after: `c${turn}`,
        archiveDigest: image(`a${turn}`),
      })
      .event('package.published', release(`1.${turn}.0`, `a${turn}`)),
  );
}

import type { EventData } from '../../services/core/events/catalogue.ts';
import type { Examples } from '../detector.ts';
import { image, REPOSITORY, type Story, story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const provenanceDowngradeExamples = (): Examples => ({
  fires: [
    {
      name: 'a package release without the attestation that all had',
      ...packages(6)
        .days(3)
        .event('package.published', release('1.7.0', { attested: false }))
        .example(),
      disposition: 'page',
    },
    {
      name: 'published by a person with a token, where a robot without one does it',
      ...packages(6)
        .days(3)
        .event(
          'package.published',
          release('1.7.0', {
            attested: false,
            publisher: { name: 'kim', kind: 'user' },
            client: { tokenId: 'old-token' },
          }),
        )
        .example(),
      disposition: 'page',
    },
    {
      name: 'only the publisher is weaker: nothing was ever attested here',
      ...packages(6, { attested: false })
        .days(3)
        .event(
          'package.published',
          release('1.7.0', { attested: false, publisher: { name: 'kim', kind: 'user' } }),
        )
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'the second bad release within the hour is as weak as the first',
      ...packages(6)
        .days(3)
        .event('package.published', release('1.7.0', { attested: false }))
        .event('package.published', release('1.7.1', { attested: false }))
        .example(),
      disposition: 'page',
    },
    {
      name: 'two attested releases are a short habit',
      ...packages(2)
        .days(3)
        .event('package.published', release('1.7.0', { attested: false }))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'an image attested by another identity',
      ...attestedImages(8)
        .build('fresh')
        .push('2.0.0', 'fresh')
        .event('attestation.attached', attestation('fresh', 'mallory@example.org'))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'the other identity attests the next image too: it was told, so this is on record',
      ...attestedImages(8)
        .build('fresh')
        .push('2.0.0', 'fresh')
        .event('attestation.attached', attestation('fresh', 'mallory@example.org'))
        .days(2)
        .build('second')
        .push('2.0.1', 'second')
        .event('attestation.attached', attestation('second', 'mallory@example.org'))
        .example(),
      disposition: 'log',
    },
    {
      name: 'an unverified attestation of another identity over a stranger’s image',
      ...attestedImages(8)
        .push('2.0.0', 'fresh', 'stranger')
        .push('2.0.1', 'other', 'stranger')
        .event('attestation.attached', {
          ...attestation('fresh', 'mallory@example.org'),
          verified: false,
        })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'no attestation came in its time',
      ...attestedImages(12)
        .build('bare')
        .push('2.0.0', 'bare')
        .days(1)
        .push('2.0.1', 'next')
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'another identity after the key service rotated to it: a record',
      ...attestedImages(8)
        .event('key.rotated', {
          keyId: 'https://ci.example/new-runners',
          previousKeyId: 'https://ci.example/runners',
        })
        .build('fresh')
        .push('2.0.0', 'fresh')
        .event('attestation.attached', attestation('fresh', 'https://ci.example/new-runners'))
        .example(),
      disposition: 'log',
    },
  ],
  silent: [
    {
      name: 'the next attested release',
      ...packages(6).days(3).event('package.published', release('1.7.0')).example(),
    },
    {
      name: 'a package that never had attestations',
      ...packages(6, { attested: false })
        .days(3)
        .event('package.published', release('1.7.0', { attested: false }))
        .example(),
    },
    {
      name: 'a producer that never says whether anything is attested',
      ...silentPackages(6)
        .days(3)
        .event('package.published', { purl: 'pkg:npm/tool@1.7.0' })
        .example(),
    },
    {
      name: 'the old line of a package, which never had attestations, goes on',
      ...packages(4)
        .times(3, (told, turn) =>
          told.days(2).event('package.published', release(`0.${turn}.0`, { attested: false })),
        )
        .times(3, (told, turn) =>
          told.days(8).event('package.published', release(`0.1${turn}.0`, { attested: false })),
        )
        .days(2)
        .event('package.published', release('0.20.0', { attested: false }))
        .example(),
    },
    {
      name: 'a new pipeline publishes, and attests as before',
      ...packages(6)
        .days(3)
        .event(
          'package.published',
          release('1.7.0', { publisher: { name: 'release-v2', kind: 'service' } }),
        )
        .example(),
    },
    {
      name: 'the same workflow of another tag',
      ...story()
        .times(8, (told, turn) =>
          told
            .days(1)
            .build(`w${turn}`)
            .push(`1.${turn}.0`, `w${turn}`)
            .event('attestation.attached', attestation(`w${turn}`, workflow(`v1.${turn}.0`))),
        )
        .build('fresh')
        .push('2.0.0', 'fresh')
        .event('attestation.attached', attestation('fresh', workflow('v2.0.0')))
        .example(),
    },
    {
      name: 'an SBOM signed by a scanner is no provenance',
      ...attestedImages(8)
        .event('attestation.attached', {
          ...attestation('i1', 'scanner@example.org'),
          predicateType: 'https://spdx.dev/Document',
        })
        .example(),
    },
  ],
});

function release(
  version: string,
  more: Partial<EventData<'package.published'>> = {},
): EventData<'package.published'> {
  return {
    purl: `pkg:npm/tool@${version}`,
    digest: image(`p${version}`),
    publisher: { name: 'release', kind: 'service' },
    attested: true,
    ...more,
  };
}

function packages(count: number, more: Partial<EventData<'package.published'>> = {}): Story {
  return story().times(count, (told, turn) =>
    told.days(5).event('package.published', release(`1.${turn}.0`, more)),
  );
}

function silentPackages(count: number): Story {
  return story().times(count, (told, turn) =>
    told.days(5).event('package.published', { purl: `pkg:npm/tool@1.${turn}.0` }),
  );
}

function attestation(name: string, identity: string): EventData<'attestation.attached'> {
  return {
    repository: REPOSITORY,
    digest: image(name),
    predicateType: 'https://slsa.dev/provenance/v1',
    signer: { identity },
    verified: true,
  };
}

function workflow(ref: string): string {
  return `https://git.example/lab/tool/.github/workflows/release.yml@refs/tags/${ref}`;
}

function attestedImages(count: number): Story {
  return story().times(count, (told, turn) =>
    told.days(1).build(`i${turn}`).push(`1.${turn}.0`, `i${turn}`).attest(`i${turn}`),
  );
}

import type { EventData } from '../../services/core/events/catalogue.ts';
import type { Examples } from '../detector.ts';
import { image, REPOSITORY, type Story, story } from './story.ts';

const SIGNER = { identity: 'release@lab.example', keyId: 'key-1' };
const SECOND = { identity: 'second@lab.example', keyId: 'key-2' };

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const signerChangedExamples = (): Examples => ({
  fires: [
    {
      name: 'a release stays unsigned where all are signed',
      ...signed(10).push('2.0.0', 'bare').days(1).push('2.0.1', 'next').example(),
      disposition: 'ticket',
    },
    {
      name: 'a stranger’s push stays unsigned',
      ...signed(10).push('2.0.0', 'bare', 'stranger').days(1).push('2.0.1', 'next').example(),
      disposition: 'ticket',
    },
    {
      name: 'a stranger’s push stays unsigned, and nothing else comes',
      ...signed(10).push('2.0.0', 'bare', 'stranger').waits(24).example(),
      disposition: 'ticket',
    },
    {
      name: 'another identity signs a stranger’s push',
      ...signed(10)
        .push('2.0.0', 'fresh', 'stranger')
        .event('signature.attached', signature('fresh', { identity: 'mallory@example.org' }))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'an identity that the policy does not name signs',
      ...signed(3)
        .push('2.0.0', 'fresh')
        .event('signature.attached', signature('fresh', { identity: 'mallory@example.org' }))
        .example(),
      policy: { signers: ['release@lab.example'] },
      disposition: 'page',
    },
    {
      name: 'the signature had expired before the push',
      ...signed(10)
        .push('2.0.0', 'fresh')
        .event('signature.attached', { ...signature('fresh'), expiresAt: '2026-01-06T00:00:00Z' })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'the usual identity, with a key that nobody announced',
      ...signed(10)
        .push('2.0.0', 'fresh')
        .event('signature.attached', signature('fresh', { ...SIGNER, keyId: 'key-2' }))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'the second of two usual identities, with a key that nobody announced',
      ...story()
        .times(12, (told, turn) =>
          told
            .days(1)
            .push(`1.${turn}.0`, `s${turn}`)
            .event('signature.attached', signature(`s${turn}`, turn % 2 === 0 ? SECOND : SIGNER)),
        )
        .push('2.0.0', 'fresh')
        .event('signature.attached', signature('fresh', { ...SECOND, keyId: 'key-3' }))
        .example(),
      disposition: 'ticket',
      says: 'Until now second@lab.example signed',
    },
    {
      name: 'the new key after its rotation: a record',
      ...signed(10)
        .event('key.rotated', { keyId: 'key-2', previousKeyId: 'key-1' })
        .push('2.0.0', 'fresh')
        .event('signature.attached', signature('fresh', { ...SIGNER, keyId: 'key-2' }))
        .example(),
      disposition: 'log',
    },
    {
      name: 'a signature that cannot be verified, where they can',
      ...signed(10)
        .push('2.0.0', 'fresh')
        .event('signature.attached', { ...signature('fresh'), verified: false })
        .example(),
      disposition: 'ticket',
    },
  ],
  silent: [
    {
      name: 'the next release, signed as always',
      ...signed(10)
        .push('2.0.0', 'fresh')
        .event('signature.attached', signature('fresh'))
        .example(),
    },
    {
      name: 'somebody signs, too, what the usual identity has signed',
      ...signed(10)
        .push('2.0.0', 'fresh')
        .event('signature.attached', signature('fresh'))
        .event('signature.attached', signature('fresh', { identity: 'auditor@example.org' }))
        .example(),
    },
    {
      name: 'releases that were never signed',
      ...story()
        .times(10, (told, turn) => told.days(1).push(`1.${turn}.0`, `s${turn}`))
        .days(1)
        .push('2.0.0', 'next')
        .example(),
    },
    {
      name: 'the signature may still come',
      ...signed(10).push('2.0.0', 'fresh').push('2.0.1', 'next').example(),
    },
    {
      name: 'a new short-lived key for every signature',
      ...story()
        .times(10, (told, turn) =>
          told
            .days(1)
            .push(`1.${turn}.0`, `k${turn}`)
            .event(
              'signature.attached',
              signature(`k${turn}`, { ...SIGNER, keyId: `key-${turn}` }),
            ),
        )
        .push('2.0.0', 'fresh')
        .event('signature.attached', signature('fresh', { ...SIGNER, keyId: 'key-99' }))
        .example(),
    },
    {
      name: 'certificates of minutes, which have expired by the time we hear of them',
      ...signed(10, { expiresAt: '2026-01-01T00:00:00Z' })
        .push('2.0.0', 'fresh')
        .event('signature.attached', { ...signature('fresh'), expiresAt: '2026-01-01T00:00:00Z' })
        .example(),
    },
    {
      name: 'a signer that the policy names by a pattern',
      ...signed(3).push('2.0.0', 'fresh').event('signature.attached', signature('fresh')).example(),
      policy: { signers: ['*@lab.example'] },
    },
  ],
});

function signature(
  name: string,
  signer: EventData<'signature.attached'>['signer'] = SIGNER,
): EventData<'signature.attached'> {
  return { repository: REPOSITORY, digest: image(name), signer, verified: true };
}

function signed(count: number, more: Partial<EventData<'signature.attached'>> = {}): Story {
  return story().times(count, (told, turn) =>
    told
      .days(1)
      .push(`1.${turn}.0`, `s${turn}`)
      .event('signature.attached', { ...signature(`s${turn}`), ...more }),
  );
}

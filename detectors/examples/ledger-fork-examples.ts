import type { Examples } from '../detector.ts';
import { plainReleases } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const ledgerForkExamples = (): Examples => ({
  fires: [
    {
      name: 'two roots at one size',
      ...plainReleases()
        .event('checkpoint.published', checkpoint(100, 'root-a'))
        .event('checkpoint.published', checkpoint(100, 'root-b', 'https://witness-2.example'))
        .example(),
      disposition: 'page',
    },
    {
      name: 'a witness gets a smaller ledger than before',
      ...plainReleases()
        .event('checkpoint.published', checkpoint(100, 'root-a'))
        .event('checkpoint.published', checkpoint(60, 'root-c'))
        .example(),
      disposition: 'page',
    },
    {
      name: 'the service finds that its ledger does not continue',
      ...plainReleases()
        .event('event.rejected', {
          code: 'ledger.fork',
          reason: 'the stored root differs from the signed one',
          rejectedDigest: `sha256:${'b'.repeat(64)}`,
        })
        .example(),
      disposition: 'page',
    },
  ],
  silent: [
    {
      name: 'the ledger grows',
      ...plainReleases()
        .event('checkpoint.published', checkpoint(100, 'root-a'))
        .event('checkpoint.published', checkpoint(140, 'root-d'))
        .example(),
    },
    {
      name: 'a second witness gets the same checkpoint',
      ...plainReleases()
        .event('checkpoint.published', checkpoint(100, 'root-a'))
        .event('checkpoint.published', checkpoint(140, 'root-d'))
        .event('checkpoint.published', checkpoint(100, 'root-a', 'https://witness-2.example'))
        .example(),
    },
    {
      name: 'another shard has its own root',
      ...plainReleases()
        .event('checkpoint.published', checkpoint(100, 'root-a'))
        .event('checkpoint.published', { ...checkpoint(100, 'root-b'), shard: 1 })
        .example(),
    },
    {
      name: 'a record is refused for its shape',
      ...plainReleases()
        .event('event.rejected', {
          code: 'event.data',
          reason: 'digest is missing',
          rejectedDigest: `sha256:${'b'.repeat(64)}`,
        })
        .example(),
    },
  ],
});

function checkpoint(size: number, rootHash: string, where = 'https://witness.example') {
  return { shard: 0, size, rootHash, where };
}

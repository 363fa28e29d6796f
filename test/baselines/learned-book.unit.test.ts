import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { REPOSITORY, story } from '../../detectors/examples/story.ts';
import { createLearnedBook } from '../../services/baselines/learned/learned-book.ts';
import { createMemoryLedger } from '../fakes/memory-ledger.ts';

const { privateKey } = generateKeyPairSync('ed25519');

/** A book over a ledger in which each of so many hours brings a build and a push; an endless one repeats the newest. */
async function bookOf(hours: number, { days = 14, endless = false } = {}) {
  const ledger = createMemoryLedger({ origin: 'test.example/log', privateKey, clock: Date });
  const events = story()
    .times(hours, (told, turn) =>
      told
        .hours(1)
        .build(`r${turn}`, { flags: turn <= 20 ? ['-O0'] : ['-O2'] })
        .push(`1.${turn}.0`, `r${turn}`),
    )
    .events();
  await ledger.writer(0).append(events);
  const pages: number[] = [];
  const governance = { projects: [{ name: 'lab', learning: { observations: 8, days } }] };
  const book = createLearnedBook({
    governance,
    ledger: {
      ...ledger,
      search: async (query) => {
        if (query.types === undefined) return await ledger.search(query);
        if (pages.length > 200) throw new Error('reads for ever');
        const { cursor: _cursor, ...first } = query;
        const page = await ledger.search(endless ? first : query);
        pages.push(page.entries.length);
        return endless ? { ...page, next: 'more' } : page;
      },
    },
  });
  return { pages, learned: await book.of('lab', REPOSITORY) };
}

it('reads all entries of an ordinary repository, page by page', async () => {
  const { pages, learned } = await bookOf(600);
  expect(pages).toEqual([512, 512, 176]);
  expect(learned?.read).toMatchObject({ entries: 1200, complete: true });
  const flags = learned?.aspects.find(({ aspect }) => aspect === 'flags');
  // The first twenty are as much of the history as the last.
  expect(flags).toMatchObject({ observations: 600, expectation: ['-O0', '-O2'] });
});

it('reads so much of a busy one as the required days take, and says that there is more', async () => {
  const { pages, learned } = await bookOf(2400, { days: 95 });
  expect(pages).toHaveLength(9);
  expect(learned?.read).toMatchObject({ entries: 9 * 512, complete: false });
});

it('ends, however many entries there are in less than the required days', async () => {
  const { pages, learned } = await bookOf(300, { endless: true });
  expect(pages).toHaveLength(128);
  expect(learned?.read).toMatchObject({ entries: 65_536, complete: false });
});

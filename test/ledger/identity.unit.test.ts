import { describe, expect, it } from 'vitest';
import { identityKey } from '../../services/ledger/clickhouse/stored-identities.ts';
import { createIdentityFilter } from '../../services/ledger/identity-filter.ts';
import { hashIdentity } from '../../services/ledger/identity-hash.ts';

const hashOf = (source: string, id: string) => hashIdentity(identityKey({ source, id }));

describe('hashIdentity', () => {
  it('gives what the engine gives, so that the filter can be filled from storage', () => {
    // SELECT murmurHash3_32(concat(source, char(0), id)), xxHash32(concat(source, char(0), id))
    expect(hashOf('a', 'b')).toEqual({ first: 1871496870, second: 2437301124 });
    expect(hashOf('', '1')).toEqual({ first: 1141358757, second: 3139508742 });
    expect(hashOf('urn:provost:registry', '0123456789abcdef-üß€😀-xyz')).toEqual({
      first: 2623978768,
      second: 1726904427,
    });
    expect(hashOf('x'.repeat(512), 'é'.repeat(512))).toEqual({
      first: 3653119634,
      second: 2038088268,
    });
  });

  it('tells apart where the source ends and the id begins', () => {
    expect(hashOf('ab', 'c')).not.toEqual(hashOf('a', 'bc'));
  });
});

describe('the identity filter', () => {
  const id = (n: number) => hashOf('urn:test', `event ${n}`);

  it('has every identity that was added, over many generations', () => {
    const filter = createIdentityFilter(0);
    for (let n = 0; n < 200_000; n++) filter.add(id(n), n);
    for (let n = 0; n < 200_000; n++) expect(filter.mayHave(id(n), 0)).toBe(true);
  });

  it('takes few strangers for members', () => {
    const filter = createIdentityFilter(0);
    for (let n = 0; n < 50_000; n++) filter.add(id(n), 1);
    let taken = 0;
    for (let n = 50_000; n < 150_000; n++) if (filter.mayHave(id(n), 0)) taken++;
    expect(taken).toBeLessThan(20);
  });

  it('does not answer for times that it does not reach back to', () => {
    const filter = createIdentityFilter(1000);
    expect(filter.mayHave(id(1), 999)).toBe(true);
    expect(filter.mayHave(id(1), 1000)).toBe(false);
  });

  it('forgets only what was received before, and knows that it forgot', () => {
    const filter = createIdentityFilter(0);
    for (let n = 0; n < 20_000; n++) filter.add(id(n), n < 16_384 ? 10 : 20);
    filter.forgetBefore(15);
    expect(filter.mayHave(id(1), 15)).toBe(false);
    expect(filter.mayHave(id(1), 14)).toBe(true);
    for (let n = 16_384; n < 20_000; n++) expect(filter.mayHave(id(n), 15)).toBe(true);
  });
});

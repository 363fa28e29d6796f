import { describe, expect, it } from 'vitest';
import { parseExpectation } from '../../services/cli/baseline/parse-expectation.ts';

const parse = (...texts: readonly string[]) =>
  texts.reduce<Record<string, unknown>>((before, text) => parseExpectation(text, before), {});

describe('--expect', () => {
  it('gathers the values of an aspect, and keeps what a value holds', () => {
    expect(
      parse('publishers=ann', 'publishers=ci-*', 'labels=a=b', 'entrypoint=run --x=1'),
    ).toEqual({
      publishers: ['ann', 'ci-*'],
      labels: ['a=b'],
      entrypoint: ['run --x=1'],
    });
  });

  it('reads ranges, open on either side', () => {
    expect(parse('size=10..20', 'rate=..5', 'hours=7..')).toEqual({
      size: { min: 10, max: 20 },
      rate: { max: 5 },
      hours: { min: 7 },
    });
    expect(parse('labels=..')).toEqual({ labels: ['..'] });
  });

  it.each(['', 'publishers', '=ann', 'publishers='])('refuses %j', (text) => {
    expect(() => parse(text)).toThrow('expected aspect=value');
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createBitWindow,
  missesOf,
  observe,
  shareOf,
  WINDOW,
} from '../../../detectors/windows/bit-window.ts';

test('answers as a list of the last observations would', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 100 }), (observations) => {
      const window = createBitWindow();
      for (const yes of observations) observe(window, yes);
      const last = observations.slice(-WINDOW);
      const misses = last.filter((yes) => !yes).length;
      expect(window.count).toBe(last.length);
      expect(missesOf(window)).toBe(misses);
      expect(shareOf(window)).toBe(last.length === 0 ? 0 : (last.length - misses) / last.length);
    }),
  );
});

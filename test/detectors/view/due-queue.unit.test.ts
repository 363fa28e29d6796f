import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDue,
  type Due,
  type DueQueue,
  nextDue,
  peekDue,
  takeDue,
} from '../../../detectors/view/due-queue.ts';

const dues = fc.array(
  fc.record({ deadline: fc.integer({ min: 0, max: 20 }), digest: fc.constantFrom('a', 'b', 'c') }),
  { maxLength: 60 },
);

function queueOf(items: readonly Due[]): DueQueue {
  const queue: DueQueue = [];
  for (const item of items) addDue(queue, item);
  return queue;
}

function sorted(items: readonly Due[]): readonly string[] {
  return items.map(({ deadline, digest }) => `${String(deadline).padStart(3)}${digest}`).sort();
}

describe('the due queue', () => {
  it('gives what is due in order, whatever the order of adding, and keeps the rest', () => {
    fc.assert(
      fc.property(dues, fc.integer({ min: -1, max: 21 }), (items, now) => {
        const queue = queueOf(items);
        const taken = takeDue(queue, now);
        expect(
          taken.map(({ deadline, digest }) => `${String(deadline).padStart(3)}${digest}`),
        ).toEqual(sorted(items.filter(({ deadline }) => deadline <= now)));
        expect(sorted(takeDue(queue, 100))).toEqual(
          sorted(items.filter(({ deadline }) => deadline > now)),
        );
      }),
    );
  });

  it('shows beforehand what it would give', () => {
    fc.assert(
      fc.property(dues, fc.integer({ min: -1, max: 21 }), (items, now) => {
        const queue = queueOf(items);
        expect(sorted(peekDue(queue, now))).toEqual(sorted(takeDue(queue, now)));
      }),
    );
  });

  it('knows the earliest deadline', () => {
    expect(nextDue([])).toBe(Number.MAX_SAFE_INTEGER);
    expect(
      nextDue(
        queueOf([
          { deadline: 9, digest: 'a' },
          { deadline: 3, digest: 'b' },
        ]),
      ),
    ).toBe(3);
  });
});

import { describe, expect, it } from 'vitest';
import {
  type BaselinesView,
  createBaselinesView,
  MAX_APPROVED,
  MAX_PROPOSED,
} from '../../../../detectors/view/baselines/baselines-view.ts';
import { foldBaseline } from '../../../../detectors/view/baselines/fold-baseline.ts';
import type { EventData } from '../../../../services/core/events/catalogue.ts';
import type { ProvostEvent } from '../../../../services/core/events/event.ts';
import { sample } from '../../../fakes/sample-events.ts';
import { entryOf } from '../../run-example.ts';

type Data = EventData<'baseline.proposed'>;

let ids = 0;
const say = (verb: 'proposed' | 'approved' | 'revoked', by: string, data: Partial<Data> = {}) =>
  sample(
    `baseline.${verb}`,
    { id: `event-${ids++}` },
    {
      baselineId: 'b-1',
      kind: 'repository',
      repository: 'lab/tool',
      ...(verb === 'proposed' ? { value: { publishers: ['maya'] } } : {}),
      actor: { name: by },
      ...data,
    },
  ) as ProvostEvent;

function fold(events: readonly ProvostEvent[]): BaselinesView {
  const baselines = createBaselinesView();
  for (const [index, event] of events.entries()) foldBaseline(baselines, entryOf(event, index));
  return baselines;
}

const approvedIn = (events: readonly ProvostEvent[]) =>
  [...fold(events).approved.values()].flat().map(({ id, version }) => `${id} v${version}`);

describe('the fold of baselines', () => {
  it('keeps what one person proposed and another approved, with the entry that did it', () => {
    const { approved, proposed, count } = fold([say('proposed', 'ann'), say('approved', 'bob')]);
    expect(approved.get('lab/tool')).toMatchObject([
      { id: 'b-1', version: 1, proposedBy: 'ann', approvedBy: 'bob', ref: { index: 1 } },
    ]);
    expect([proposed.size, count]).toEqual([0, 1]);
  });

  const refused: readonly [string, readonly ProvostEvent[]][] = [
    ['by its proposer', [say('proposed', 'ann'), say('approved', 'ann')]],
    [
      'by another name of the same account',
      [
        say('proposed', 'ann', { actor: { name: 'ann', id: '7' } }),
        say('approved', 'bob', { actor: { name: 'bob', id: '7' } }),
      ],
    ],
    [
      'by nobody who says who they are',
      [say('proposed', 'ann'), { ...say('approved', 'x'), data: anonymous() } as ProvostEvent],
    ],
    ['without a proposal', [say('approved', 'bob')]],
    [
      'of a mere claim',
      [{ ...say('proposed', 'ann'), trust: 'claimed' } as ProvostEvent, say('approved', 'bob')],
    ],
    [
      'by a mere claim',
      [say('proposed', 'ann'), { ...say('approved', 'bob'), trust: 'claimed' } as ProvostEvent],
    ],
    [
      'of another version than was read',
      [say('proposed', 'ann', { version: 2 }), say('approved', 'bob', { version: 1 })],
    ],
    [
      'for another repository',
      [say('proposed', 'ann'), say('approved', 'bob', { repository: 'lab/other' })],
    ],
    [
      'of what says nothing that can be expected',
      [say('proposed', 'ann', { value: { colour: ['red'] } }), say('approved', 'bob')],
    ],
    [
      'of more than is kept',
      [
        say('proposed', 'ann', {
          value: { packages: Array.from({ length: 512 }, (_, i) => `${i}`.padEnd(100, 'x')) },
        }),
        say('approved', 'bob'),
      ],
    ],
    ['twice', [say('approved', 'bob'), say('approved', 'carl')]],
  ];
  it.each(refused)('does not count an approval %s', (_name, events) => {
    expect(approvedIn(events)).toEqual([]);
  });

  it('replaces a version by the next, and never by an older one', () => {
    const first = [say('proposed', 'ann'), say('approved', 'bob')];
    const second = [say('proposed', 'bob', { version: 2 }), say('approved', 'ann')];
    expect(approvedIn([...first, ...second])).toEqual(['b-1 v2']);
    const late = [say('proposed', 'bob', { version: 3 }), say('proposed', 'ann', { version: 2 })];
    expect(approvedIn([...late, say('approved', 'ann')])).toEqual(['b-1 v3']);
  });

  it('never carries an approved id over to another repository', () => {
    const known = [say('proposed', 'ann'), say('approved', 'bob')];
    const stolen = say('proposed', 'ann', { repository: 'lab/other', version: 2 });
    const { approved } = fold([
      ...known,
      stolen,
      say('approved', 'bob', { repository: 'lab/other' }),
    ]);
    expect([...approved.keys()]).toEqual(['lab/tool']);
  });

  it('forgets what is revoked, or only the version that is named', () => {
    const known = [say('proposed', 'ann'), say('approved', 'bob')];
    expect(approvedIn([...known, say('revoked', 'ann')])).toEqual([]);
    const waits = say('proposed', 'ann', { version: 2 });
    const half = [...known, waits, say('revoked', 'ann', { version: 2 })];
    expect(approvedIn(half)).toEqual(['b-1 v1']);
    expect(approvedIn([...half, say('approved', 'bob', { version: 2 })])).toEqual(['b-1 v1']);
    const { count } = fold([...known, say('revoked', 'ann'), say('revoked', 'ann')]);
    expect(count).toBe(0);
  });

  it('forgets the oldest of too many proposals, and takes no more approvals than it can keep', () => {
    const propose = (id: string) => say('proposed', 'ann', { baselineId: id });
    const flood = Array.from({ length: MAX_PROPOSED }, (_, i) => propose(`flood-${i}`));
    const { proposed } = fold([propose('first'), ...flood]);
    expect([proposed.size, proposed.has('first')]).toEqual([MAX_PROPOSED, false]);
    const many = Array.from({ length: MAX_APPROVED + 1 }, (_, i) => [
      propose(`b-${i}`),
      say('approved', 'bob', { baselineId: `b-${i}` }),
    ]).flat();
    const full = fold(many);
    expect([full.count, full.proposed.size]).toEqual([MAX_APPROVED, 1]);
    // What is there can still be renewed.
    const renewed = fold([
      ...many,
      say('proposed', 'ann', { baselineId: 'b-7', version: 2 }),
      say('approved', 'bob', { baselineId: 'b-7' }),
    ]);
    expect(renewed.approved.get('lab/tool')?.[7]?.version).toBe(2);
  });
});

function anonymous(): Partial<Data> {
  return { baselineId: 'b-1', kind: 'repository', repository: 'lab/tool' };
}

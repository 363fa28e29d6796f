import type { EventOf } from '../services/core/events/event.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { ledgerForkExamples } from './examples/ledger-fork-examples.ts';
import type { KnownCheckpoint } from './view/health/health-view.ts';

const metadata: DetectorMetadata = {
  id: 'D36',
  rule: 'ledger-fork',
  version: 1,
  title: 'The ledger shows two histories',
  description:
    'Two checkpoints of one shard and size have different roots, a witness gets a smaller checkpoint after a larger one, or the service itself found that what it stored does not continue what it had said. Somebody rewrote the ledger, or two services write one shard.',
  severity: 'critical',
  listensTo: ['checkpoint.published', 'event.rejected'],
  falsePositives: ['A restored backup that is older than the last published checkpoint.'],
  knownGaps: [
    'A fork that shows a witness only ever one of its sides is found by comparing witnesses.',
    'Of each shard the last sixteen checkpoints are remembered here; the ledger and fsck know all.',
  ],
  remediation:
    'Stop every writer of the shard, keep all copies as they are, and verify the ledger against the checkpoints of the witnesses.',
  references: {
    attack: ['T1565.001', 'T1070'],
    slsa: ['H: Package registry threats'],
    controls: ['AU-9', 'AU-10', 'SI-7'],
  },
};

/** What the service says when its own ledger does not fit together. */
const BROKEN = new Set([
  'ledger.fork',
  'ledger.not-dense',
  'ledger.leaf-mismatch',
  'ledger.tile-mismatch',
  'ledger.checkpoint-mismatch',
]);

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  if (event.type === 'checkpoint.published') return judgeCheckpoint(context, event);
  if (event.type !== 'event.rejected' || !BROKEN.has(event.data.code)) return [];
  return [
    describeFork(context, {
      key: `ledger:${event.data.code}`,
      title: 'The ledger does not fit together',
      message: `The service refused to go on: ${event.data.reason} (${event.data.code}).`,
      observed: { code: event.data.code, digest: event.data.rejectedDigest },
      expected: { history: 'one' },
      other: undefined,
      base: 0.9,
    }),
  ];
}

function judgeCheckpoint(
  context: JudgeContext,
  { data }: EventOf<'checkpoint.published'>,
): readonly FindingDraft[] {
  const known = context.view.health.checkpoints.get(data.shard);
  if (known === undefined) return [];
  const { shard, size, rootHash, where } = data;
  const key = `ledger:shard:${shard}`;
  const other = known.find((one) => one.size === size && one.root !== rootHash);
  if (other !== undefined) {
    return [
      describeFork(context, {
        key,
        title: `Shard ${shard} of the ledger has two roots at size ${size}`,
        message: `${where} was handed the root ${rootHash} for shard ${shard} at size ${size}; ${other.where} had got ${other.root} for the same size. Both cannot be true.`,
        observed: { shard, size, root: rootHash },
        expected: { root: other.root },
        other,
        base: 1,
      }),
    ];
  }
  const larger = known.findLast((one) => one.where === where && one.size > size);
  const again = known.some((one) => one.size === size && one.root === rootHash);
  if (larger === undefined || again) return [];
  return [
    describeFork(context, {
      key,
      title: `Shard ${shard} of the ledger became smaller`,
      message: `${where} was handed size ${size} of shard ${shard} after it had got size ${larger.size}: ${larger.size - size} entries are missing.`,
      observed: { shard, size, root: rootHash },
      expected: { sizeAtLeast: larger.size },
      other: larger,
      base: 0.85,
    }),
  ];
}

function describeFork(
  context: JudgeContext,
  fork: {
    readonly key: string;
    readonly title: string;
    readonly message: string;
    readonly observed: Readonly<Record<string, unknown>>;
    readonly expected: Readonly<Record<string, unknown>>;
    readonly other: KnownCheckpoint | undefined;
    readonly base: number;
  },
): FindingDraft {
  return {
    title: fork.title,
    message: fork.message,
    subject: { kind: 'ledger', key: fork.key },
    observed: fork.observed,
    expected: fork.expected,
    role: context.entry.event.type === 'checkpoint.published' ? 'the checkpoint' : 'the refusal',
    evidence:
      fork.other === undefined ? [] : [{ ...fork.other.ref, role: 'the checkpoint before' }],
    base: fork.base,
    context: [],
    remediation: {
      owner: 'whoever runs the service',
      steps: [
        { text: 'Verify every entry, tile and checkpoint of the ledger.', command: 'provost fsck' },
        { text: 'Ask each witness for the checkpoints that it got, and compare their roots.' },
      ],
    },
  };
}

export const ledgerFork: Detector = { metadata, judge, examples: ledgerForkExamples };

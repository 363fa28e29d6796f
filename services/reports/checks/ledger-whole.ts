import type { Problem } from '../../core/errors.ts';
import { parseCheckpoint } from '../../core/note/checkpoint.ts';
import { openNote } from '../../core/note/signed-note.ts';
import { parseVerifierKey } from '../../core/note/verifier-key.ts';
import type { Deviation } from '../audit-report.ts';
import { CONTROLS } from '../controls.ts';
import { type Check, type CheckContext, counted, deviation } from './check.ts';

const ID = 'ledger-whole';

/** Re-derives every shard that holds the project and verifies the signature of its newest checkpoint. */
export const ledgerWhole: Check = {
  id: ID,
  title: 'The ledger is whole',
  question: 'Can every recorded event still be proven, unchanged and in its place?',
  controls: [CONTROLS.logging, CONTROLS.records, CONTROLS.evidence],
  run: async (context) => {
    const { shards } = context;
    if (shards.length === 0) {
      const summary = 'No shard of the ledger holds this project yet.';
      return { status: 'not-applicable', summary, deviations: [] };
    }
    const deviations: Deviation[] = [];
    let entries = 0;
    for (const shard of shards) {
      for await (const event of context.ledger.fsck({ shard })) {
        if (event.kind === 'summary') entries += event.entries;
        if (event.kind === 'problem') deviations.push(broken(shard, event.index, event.problem));
      }
      const wrong = await checkSignature(context, shard);
      if (wrong !== undefined) deviations.push(wrong);
    }
    const held = `${counted(entries, 'entry', 'entries')} in ${counted(shards.length, 'shard')}`;
    if (deviations.length > 0) {
      const summary = `${counted(deviations.length, 'contradiction')} in ${held}.`;
      return { status: 'fail', summary, deviations };
    }
    if (context.keys.length === 0) {
      const summary = `${held} agree with the tree; signatures were not checked, because no verifier key was given.`;
      return { status: 'attention', summary, deviations };
    }
    const summary = `${held} agree with the tree, and its checkpoints are signed.`;
    return { status: 'pass', summary, deviations };
  },
};

async function checkSignature(
  { ledger, keys }: CheckContext,
  shard: number,
): Promise<Deviation | undefined> {
  if (keys.length === 0) return undefined;
  const parsed = keys.map(parseVerifierKey);
  const known = parsed.flatMap((key) => (key.ok ? [key.value] : []));
  const checkpoint = await ledger.latestCheckpoint(shard);
  if (checkpoint === undefined) {
    return unsigned(shard, 0, 'no checkpoint covers its entries');
  }
  const at = Math.max(0, checkpoint.size - 1);
  const opened = openNote(checkpoint.note, known);
  if (!opened.ok) return unsigned(shard, at, opened.problem.message);
  const text = parseCheckpoint(opened.value.text);
  return text.ok && text.value.size === checkpoint.size
    ? undefined
    : unsigned(shard, at, 'the signed text states another size');
}

function broken(shard: number, index: number, problem: Problem): Deviation {
  return deviation(ID, [String(shard), String(index), problem.code], {
    severity: 'critical',
    title: `Entry ${index} of shard ${shard} cannot be proven`,
    detail: `${problem.message} (${problem.code})`,
    evidence: [{ shard, index }],
    steps: [
      {
        text: 'Stop writing, keep a copy of the data directory as evidence, and see everything that is wrong.',
        command: `provost fsck --shard ${shard}`,
      },
      { text: 'Compare with a checkpoint, an export or a backup from before, then restore it.' },
    ],
  });
}

function unsigned(shard: number, index: number, reason: string): Deviation {
  return deviation(ID, [String(shard), 'signature'], {
    severity: 'critical',
    title: `The newest checkpoint of shard ${shard} does not verify`,
    detail: reason,
    evidence: [{ shard, index }],
    steps: [
      {
        text: 'Find out whether the signing key was replaced: a former public key belongs into former-keys.txt beside it.',
        command: `provost fsck --shard ${shard}`,
      },
    ],
  });
}

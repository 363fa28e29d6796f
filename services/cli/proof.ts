import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { verifyTlogProof } from '../core/note/tlog-proof.ts';
import {
  type CliContext,
  type ConnectionFlags,
  connectionOptions,
  withConnection,
} from './cli-context.ts';
import { EXIT } from './command-io.ts';
import { readKeyText } from './key-text.ts';
import { parseCount } from './parse-count.ts';

/** `provost proof` writes an offline proof of one entry; `provost verify-proof` needs nothing but it and the key. */
export function registerProof(program: Command, context: CliContext): void {
  connectionOptions(
    program.command('proof').description('write an offline proof that an entry is in the ledger'),
  )
    .argument('<shard>', 'shard', parseCount)
    .argument('<index>', 'index of the entry', parseCount)
    .option('--out <file>', 'proof file; the entry itself goes to <file>.json')
    .action(async (shard: number, index: number, flags: ConnectionFlags & { out?: string }) => {
      await withConnection(context, flags, 'none', async ({ api }, io) => {
        const path = `/api/v1/entries/${shard}/${index}/proof`;
        const proof = await api.bytes({ method: 'GET', path, accept: 'text/plain' });
        const { leaf } = await api.json<{ leaf: string }>({ method: 'GET', path });
        const out = flags.out ?? `${shard}-${index}.tlog-proof`;
        writeFileSync(out, proof.bytes);
        writeFileSync(`${out}.json`, Buffer.from(leaf, 'base64'));
        io.result(
          { proof: out, entry: `${out}.json` },
          `${out}: the proof\n${out}.json: the entry, byte for byte`,
        );
        io.note(`Check it anywhere: provost verify-proof ${out} ${out}.json --key <public key>`);
        return EXIT.ok;
      });
    });

  program
    .command('verify-proof')
    .description('check a proof offline')
    .argument('<proof>', 'proof file')
    .argument('<entry>', 'entry file')
    .requiredOption('--key <vkey>', 'public keys of the ledger, as text or as a file, one a line')
    .option('--json', 'result as JSON')
    .action((proofFile: string, entryFile: string, flags: { key: string; json?: boolean }) => {
      const io = context.createIo(flags.json ?? false);
      const verified = verifyTlogProof({
        proof: readFileSync(proofFile, 'utf8'),
        leafData: readFileSync(entryFile),
        verifierKeys: readKeyText(flags.key),
      });
      if (!verified.ok) {
        io.result(
          { ok: false, ...verified.problem },
          `NOT proven: ${verified.problem.message} (${verified.problem.code})`,
        );
        context.setExitCode(EXIT.found);
        return;
      }
      const { index, checkpoint } = verified.value;
      io.result(
        {
          ok: true,
          index: Number(index),
          origin: checkpoint.origin,
          size: Number(checkpoint.size),
        },
        `Proven: the entry is number ${index} of ${checkpoint.size} in ${checkpoint.origin}.`,
      );
    });
}

import { accessSync, constants } from 'node:fs';
import type { Command } from 'commander';
import { verifierKeyText } from '../core/note/verifier-key.ts';
import { verifyPack } from '../exports/verify-pack.ts';
import type { CliContext } from './cli-context.ts';
import { EXIT } from './command-io.ts';
import { readKeyText } from './key-text.ts';

/** `provost verify`: checks a compliance pack offline and names the first thing that is wrong. */
export function registerVerify(program: Command, context: CliContext): void {
  program
    .command('verify')
    .description('check a compliance pack offline')
    .argument('<pack>', 'zip file')
    .requiredOption('--key <vkey>', 'public keys of the ledger, as text or as a file, one a line')
    .option('--json', 'result as JSON')
    .action(async (pack: string, flags: { key: string; json?: boolean }) => {
      const io = context.createIo(flags.json ?? false);
      const keys = readKeyText(flags.key).map(verifierKeyText);
      accessSync(pack, constants.R_OK);
      const verified = await verifyPack(pack, { vkey: keys.join('\n') });
      if (!verified.ok) {
        const { code, message, at } = verified.problem;
        io.result(
          { ok: false, ...verified.problem },
          `NOT verified: ${at === undefined ? '' : `${at}: `}${message} (${code})`,
        );
        context.setExitCode(EXIT.found);
        return;
      }
      const { project, from, to, entries, findings } = verified.value;
      io.result(
        { ok: true, ...verified.value },
        `Verified: ${entries} events and ${findings} findings of ${project} from ${from} to ${to}; every one is in the signed ledger.`,
      );
    });
}

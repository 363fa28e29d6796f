import { accessSync, constants } from 'node:fs';
import type { Command } from 'commander';
import { problem } from '../core/errors.ts';
import { toRawPublicKey } from '../core/note/ed25519.ts';
import { formatVerifierKey, type VerifierKey } from '../core/note/verifier-key.ts';
import { fail, type Outcome } from '../core/outcome.ts';
import { type PackSummary, verifyPack } from '../exports/verify-pack.ts';
import type { CliContext } from './cli-context.ts';
import { EXIT } from './command-io.ts';
import { readKeyText } from './key-text.ts';

/** `provost verify`: checks a compliance pack offline and names the first thing that is wrong. */
export function registerVerify(program: Command, context: CliContext): void {
  program
    .command('verify')
    .description('check a compliance pack offline')
    .argument('<pack>', 'zip file')
    .requiredOption('--key <vkey>', 'public key of the ledger, as text or as a file')
    .option('--json', 'result as JSON')
    .action(async (pack: string, flags: { key: string; json?: boolean }) => {
      const io = context.createIo(flags.json ?? false);
      const keys = readKeyText(flags.key);
      accessSync(pack, constants.R_OK);
      const verified = await verifyWithAny(pack, keys);
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

/** A log's key changes over the years: the pack is good when one of the keys vouches for all of it. */
async function verifyWithAny(
  pack: string,
  keys: readonly VerifierKey[],
): Promise<Outcome<PackSummary>> {
  const texts = keys.map((key) => formatVerifierKey(key.name, toRawPublicKey(key.publicKey)));
  let first: Outcome<PackSummary> | undefined;
  for (const vkey of texts) {
    const verified = await verifyPack(pack, { vkey });
    if (verified.ok) return verified;
    // Another key helps only where this one did not sign; any other fault is the pack's.
    if (verified.problem.code !== 'pack.signature') return verified;
    first ??= verified;
  }
  return first ?? fail(problem('pack.signature', 'no key was given'));
}

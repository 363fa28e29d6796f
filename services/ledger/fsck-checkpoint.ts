import { equalBytes } from '../core/bytes.ts';
import { type Problem, problem } from '../core/errors.ts';
import { parseCheckpoint } from '../core/note/checkpoint.ts';
import { openNote } from '../core/note/signed-note.ts';
import type { VerifierKey } from '../core/note/verifier-key.ts';
import type { StoredCheckpoint } from './ledger.ts';
import { shardOrigin } from './sign-checkpoint.ts';

/** What is wrong with a stored checkpoint, given the root that the entries themselves lead to; undefined when nothing is. */
export function checkCheckpoint(
  checkpoint: StoredCheckpoint,
  root: Uint8Array,
  keys: readonly VerifierKey[],
  origin: string,
): Problem | undefined {
  const at = `checkpoint of size ${checkpoint.size}`;
  const bad = (what: string) => problem('ledger.checkpoint-mismatch', `${at}: ${what}`);
  const opened = openNote(checkpoint.note, keys);
  if (!opened.ok) return bad(opened.problem.message);
  const said = parseCheckpoint(opened.value.text);
  if (!said.ok) return bad(said.problem.message);
  if (said.value.origin !== shardOrigin(origin, checkpoint.shard)) {
    return bad(`the note is of ${said.value.origin}`);
  }
  if (said.value.size !== checkpoint.size || !equalBytes(said.value.root, checkpoint.root)) {
    return bad('the columns do not say what the note says');
  }
  return equalBytes(root, checkpoint.root) ? undefined : bad('the entries lead to another root');
}

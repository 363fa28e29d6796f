import { toBase64 } from '../core/bytes.ts';
import { type Problem, problem } from '../core/errors.ts';
import { parseCheckpoint } from '../core/note/checkpoint.ts';
import { openNote } from '../core/note/signed-note.ts';
import type { Archive } from './open-archive.ts';
import { checkpointFile, type PackManifest } from './pack-format.ts';
import type { PackKeys } from './pack-keys.ts';
import { readWhole } from './read-whole.ts';

const MAX_CHECKPOINT_BYTES = 64 * 1024;

/** Every shard's checkpoint is of that shard's log, signed by a key of its owner, and the one that the manifest states. */
export async function verifyCheckpoints(
  archive: Archive,
  manifest: PackManifest,
  keys: PackKeys,
): Promise<Problem | undefined> {
  for (const { shard, size, root } of manifest.shards) {
    const file = checkpointFile(shard);
    const wrong = (message: string) =>
      problem('pack.proof', `${file} (shard ${shard}): ${message}`, file);
    const note = await readWhole(archive, file, MAX_CHECKPOINT_BYTES);
    if (!note.ok) return note.problem;
    const origin = `${manifest.origin}/${shard}`;
    const known = keys.of(manifest.origin, origin);
    const opened = openNote(Buffer.from(note.value).toString('utf8'), known);
    if (!opened.ok) return wrong(opened.problem.message);
    const checkpoint = parseCheckpoint(opened.value.text);
    if (!checkpoint.ok) return wrong(checkpoint.problem.message);
    const signed = checkpoint.value;
    if (signed.origin !== origin) return wrong(`expected origin ${origin}`);
    if (signed.size !== size || toBase64(signed.root) !== root) {
      return wrong(`expected size ${size} and root ${root}, as the manifest states`);
    }
  }
  return undefined;
}

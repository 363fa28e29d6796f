import { problem } from '../core/errors.ts';
import { fail, type Outcome, ok } from '../core/outcome.ts';
import type { Archive } from './open-archive.ts';

/** The bytes of a small file of the archive; one that is larger than allowed is refused before it is read. */
export async function readWhole(
  archive: Archive,
  name: string,
  maxBytes: number,
): Promise<Outcome<Uint8Array>> {
  const size = archive.sizes.get(name);
  if (size === undefined) return fail(problem('pack.missing-file', `the pack lacks ${name}`, name));
  if (size > maxBytes) {
    const message = `${name}: expected at most ${maxBytes} bytes, received ${size}`;
    return fail(problem('pack.malformed', message, name));
  }
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of archive.read(name)) chunks.push(chunk);
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : 'unknown reason';
    return fail(problem('pack.malformed', `${name}: does not unpack: ${reason}`, name));
  }
  return ok(Buffer.concat(chunks));
}

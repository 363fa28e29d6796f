import { type Problem, problem } from '../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json/json-value.ts';
import { parseJson } from '../core/json/parse-json.ts';
import type { Archive } from './open-archive.ts';
import { PACK_FILES, type PackManifest } from './pack-format.ts';
import { readWhole } from './read-whole.ts';

const MAX_CRATE_BYTES = 16 * 1024 ** 2;

/** The crate's root data set is the pack: it has all files as parts, and no other. */
export async function verifyCrate(
  archive: Archive,
  _manifest: PackManifest,
): Promise<Problem | undefined> {
  const file = PACK_FILES.crate;
  const wrong = (message: string) => problem('pack.malformed', `${file}: ${message}`, file);
  const bytes = await readWhole(archive, file, MAX_CRATE_BYTES);
  if (!bytes.ok) return bytes.problem;
  const parsed = parseJson(bytes.value, { maxBytes: MAX_CRATE_BYTES });
  if (!parsed.ok) return wrong(parsed.problem.message);
  const graph = isJsonObject(parsed.value) ? parsed.value['@graph'] : undefined;
  if (!Array.isArray(graph)) return wrong('expected a @graph');
  const entities = new Map<JsonValue | undefined, JsonObject>();
  for (const entity of graph) if (isJsonObject(entity)) entities.set(entity['@id'], entity);
  const parts = entities.get('./')?.['hasPart'];
  if (!Array.isArray(parts)) return wrong('expected a root data set with parts');
  const named = new Set(parts.map((part) => (isJsonObject(part) ? part['@id'] : undefined)));
  for (const name of archive.sizes.keys()) {
    if (name === file) continue;
    if (!named.has(name) || !entities.has(name)) return wrong(`does not name ${name}`);
    named.delete(name);
  }
  const stray = [...named][0];
  return named.size === 0
    ? undefined
    : wrong(`names ${JSON.stringify(stray ?? null)}, which is not in the pack`);
}

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(process.env['PROVOST_VECTORS'] ?? '../shared/vectors');

/** The path of a foreign test vector, or undefined when this machine has none of them. */
export function vectorPath(...parts: readonly string[]): string | undefined {
  const path = resolve(ROOT, ...parts);
  return existsSync(path) ? path : undefined;
}

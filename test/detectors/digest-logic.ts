import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { VIEW_FORMAT } from '../../detectors/view/evolve.ts';

const FOLDER = 'detectors';

/** Digest of a detector's logic: its file and its folder, without imports, metadata, comments and white space. */
export function digestLogic(rule: string): string {
  const judged = readFileSync(`${FOLDER}/${rule}.ts`, 'utf8')
    .replace(/^const metadata[\s\S]*?^};$/m, '')
    .replace(/^export const [\s\S]*$/m, '');
  const folder = `${FOLDER}/${rule}`;
  const parts = existsSync(folder) ? sourcesIn(folder) : [];
  return digest([judged, ...parts]);
}

/** Digest of everything that shapes the view and what it answers, with the format that it must change with. */
export function digestView(): { readonly version: number; readonly logic: string } {
  return {
    version: VIEW_FORMAT,
    logic: digest(['view', 'windows'].flatMap((name) => sourcesIn(`${FOLDER}/${name}`))),
  };
}

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
}

function digest(sources: readonly string[]): string {
  const words = sources
    .join('\n')
    .replace(/^import [\s\S]*?;$/gm, '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/\s+/g, '');
  return createHash('sha256').update(words).digest('hex').slice(0, 32);
}

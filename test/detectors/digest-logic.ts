import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { VIEW_FORMAT } from '../../detectors/view/evolve.ts';

const FOLDER = 'detectors';

/** Digest of a detector's logic: its file without imports, metadata, examples, comments and white space. */
export function digestLogic(rule: string): string {
  const source = readFileSync(`${FOLDER}/${rule}.ts`, 'utf8');
  const logic = source
    .replace(/^import [\s\S]*?;$/gm, '')
    .replace(/^const metadata[\s\S]*?^};$/m, '')
    .replace(/^export const [\s\S]*$/m, '');
  return digest(logic);
}

/** Digest of everything that shapes the view and what it answers, with the format that it must change with. */
export function digestView(): { readonly version: number; readonly logic: string } {
  const files = ['view', 'windows'].flatMap((folder) =>
    readdirSync(`${FOLDER}/${folder}`).map((name) => `${FOLDER}/${folder}/${name}`),
  );
  const sources = files.sort().map((file) => readFileSync(file, 'utf8'));
  return {
    version: VIEW_FORMAT,
    logic: digest(sources.join('\n').replace(/^import [\s\S]*?;$/gm, '')),
  };
}

function digest(source: string): string {
  const words = source
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/\s+/g, '');
  return createHash('sha256').update(words).digest('hex').slice(0, 32);
}

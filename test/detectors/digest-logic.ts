import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { LANE_FORMAT } from '../../detectors/lane/view/learn-lane.ts';
import { VIEW_FORMAT } from '../../detectors/view/evolve.ts';

const FOLDER = 'detectors';

/**
 * Digest of a detector's logic: its file and its folder, in either lane, without imports, metadata, comments and white
 * space.
 */
export function digestLogic(rule: string): string {
  return digest(
    logicFiles(rule).map((file) =>
      file.endsWith(`/${rule}.ts`) ? judgedIn(file) : readFileSync(file, 'utf8'),
    ),
  );
}

/** A detector's file and the files of its folder, in either lane. */
export function logicFiles(rule: string): readonly string[] {
  return [FOLDER, `${FOLDER}/lane`].flatMap((lane) => {
    const file = `${lane}/${rule}.ts`;
    const folder = `${lane}/${rule}`;
    return [...(existsSync(file) ? [file] : []), ...(existsSync(folder) ? filesIn(folder) : [])];
  });
}

function judgedIn(file: string): string {
  return readFileSync(file, 'utf8')
    .replace(/^const metadata[\s\S]*?^};$/m, '')
    .replace(/^export const [\s\S]*$/m, '');
}

/** Digest of everything that shapes the view of the second lane, with the format that it must change with. */
export function digestLaneView(): { readonly version: number; readonly logic: string } {
  return { version: LANE_FORMAT, logic: digest(sourcesIn(`${FOLDER}/lane/view`)) };
}

/** Digest of everything that shapes the view and what it answers, with the format that it must change with. */
export function digestView(): { readonly version: number; readonly logic: string } {
  return {
    version: VIEW_FORMAT,
    logic: digest(['view', 'windows'].flatMap((name) => sourcesIn(`${FOLDER}/${name}`))),
  };
}

function sourcesIn(folder: string): readonly string[] {
  return filesIn(folder).map((file) => readFileSync(file, 'utf8'));
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => `${folder}/${name}`);
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

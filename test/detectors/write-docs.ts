import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { LANE_DETECTORS } from '../../detectors/lane/lane-registry.ts';
import { DETECTORS } from '../../detectors/registry.ts';
import { detectorPages } from './docs/detector-pages.ts';

/** Writes docs/detectors/ and removes the pages of detectors that are no more. */
const FOLDER = 'docs/detectors';

const pages = detectorPages([...DETECTORS, ...LANE_DETECTORS]);
mkdirSync(FOLDER, { recursive: true });
for (const name of readdirSync(FOLDER)) {
  if (name.endsWith('.md') && !pages.has(name)) rmSync(`${FOLDER}/${name}`);
}
for (const [name, text] of pages) writeFileSync(`${FOLDER}/${name}`, text);
console.log(`${pages.size} pages in ${FOLDER}`);

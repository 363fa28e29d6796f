import { readFileSync, writeFileSync } from 'node:fs';
import { LANE_DETECTORS } from '../../detectors/lane/lane-registry.ts';
import { DETECTORS } from '../../detectors/registry.ts';
import { digestLaneView, digestLogic, digestView } from './digest-logic.ts';

/** Writes detectors/detectors.lock.json; refuses to write new logic under an old version. */
const FILE = 'detectors/detectors.lock.json';

type Lock = Record<string, { version: number; logic: string }>;

const before: Lock = readLock();
const now: Lock = { view: digestView(), 'lane-view': digestLaneView() };
for (const { metadata } of [...DETECTORS, ...LANE_DETECTORS]) {
  now[metadata.rule] = { version: metadata.version, logic: digestLogic(metadata.rule) };
}
const stale = Object.entries(now).filter(
  ([name, { version, logic }]) => before[name]?.version === version && before[name].logic !== logic,
);
if (stale.length > 0 && !process.argv.includes('--unreleased')) {
  console.error(
    `The logic of ${stale.map(([name]) => name).join(', ')} changed: raise the version first (or --unreleased before the first release).`,
  );
  process.exit(1);
}
writeFileSync(FILE, `${JSON.stringify(now, null, 2)}\n`);

function readLock(): Lock {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8')) as Lock;
  } catch {
    return {};
  }
}

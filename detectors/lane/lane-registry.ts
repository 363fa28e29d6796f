import { credentialReuse } from './credential-reuse.ts';
import { crossNamespaceRetag } from './cross-namespace-retag.ts';
import { crossProjectMassPull } from './cross-project-mass-pull.ts';
import type { LaneDetector } from './lane-detector.ts';
import { taintElsewhere } from './taint-join.ts';

/** Every detector of the second lane, in the order in which they speak. */
export const LANE_DETECTORS: readonly LaneDetector[] = [
  crossNamespaceRetag,
  crossProjectMassPull,
  credentialReuse,
  taintElsewhere,
];

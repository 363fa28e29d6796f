import type { DetectionPolicy } from '../detection-policy.ts';
import type { DetectorMetadata, Examples, FindingDraft } from '../detector.ts';
import type { LaneFact } from './view/lane-fact.ts';
import type { Retag } from './view/lane-moves.ts';
import type { LaneView } from './view/lane-view.ts';

/**
 * A detector of the second lane: it judges what only several projects together show. Pure, as every detector; it sees
 * the lane's view as it was before the entry.
 */
export type LaneDetector = {
  readonly metadata: DetectorMetadata;
  readonly judge: (context: LaneContext) => readonly LaneDraft[];
  /** Told when asked for: stories of months need not lie in the memory of a service. */
  readonly examples: () => Examples;
};

export type LaneContext = {
  readonly fact: LaneFact;
  readonly lane: LaneView;
  /** What the governance file says for a project. */
  readonly policyOf: (project: string) => DetectionPolicy;
  /** The tags that it points somewhere by writing. */
  readonly retags: readonly Retag[];
};

export type LaneDraft = {
  /** The project whose finding it is. */
  readonly project: string;
  readonly draft: FindingDraft;
  /** What it covers, by project: an announcement clears it only where every part of it was announced. */
  readonly parts: readonly LanePart[];
};

type LanePart = {
  readonly project: string;
  readonly repository: string;
  readonly tags: readonly string[];
};

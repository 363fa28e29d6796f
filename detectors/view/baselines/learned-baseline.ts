import { ASPECTS } from '../../../services/core/baseline/baseline.ts';
import type { DetectionPolicy } from '../../detection-policy.ts';
import type { ProjectView, RepositoryView } from '../project-view.ts';
import { type AspectReader, type LearnedAspect, weigh } from './learned/learned-aspect.ts';
import { readAttestations } from './learned/read-attestations.ts';
import { readDigests } from './learned/read-digests.ts';
import { readOrigins } from './learned/read-origins.ts';
import { readPublishers } from './learned/read-publishers.ts';
import { readTagBehaviour } from './learned/read-tag-behaviour.ts';

const READERS: readonly AspectReader[] = [
  readDigests,
  readTagBehaviour,
  readOrigins,
  readAttestations,
  readPublishers,
];

/**
 * What a repository's own history says is usual, aspect by aspect: a pure reading of the view, so that what people are
 * shown is what detection knows.
 */
export function learnedBaseline(
  view: ProjectView,
  repository: RepositoryView,
  policy: Pick<DetectionPolicy, 'learning'>,
): readonly LearnedAspect[] {
  return READERS.flatMap((read) => read(view, repository))
    .map((observed) => weigh(observed, policy.learning))
    .sort((one, other) => ASPECTS.indexOf(one.aspect) - ASPECTS.indexOf(other.aspect));
}

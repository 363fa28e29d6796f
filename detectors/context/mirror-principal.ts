import type { DetectionPolicy } from '../detection-policy.ts';
import type { ContextDraft } from '../detector.ts';
import { matchesGlob } from '../text/match-glob.ts';

/**
 * The policy's word that the principal copies whole registries, as context that lowers. It holds for the name alone:
 * whoever uses it from a place that is strange for it is not what the policy means, and the caller says so.
 */
export function mirrorPrincipal(
  { mirrors }: Pick<DetectionPolicy, 'mirrors'>,
  who: string,
  inStrangePlace: boolean,
): readonly ContextDraft[] {
  const pattern = mirrors.find((candidate) => matchesGlob(candidate, who));
  if (pattern === undefined || inStrangePlace) return [];
  return [
    {
      kind: 'mirror',
      reason: `The policy names ${pattern} as a mirror: it reads everything`,
      effect: -0.6,
    },
  ];
}

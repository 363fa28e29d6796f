import { type DetectionPolicy, policyOfTag } from '../detection-policy.ts';
import type { ContextDraft } from '../detector.ts';

/** That the policy lets every one of these tags move, as context that lowers. */
export function policyMovedTags(
  policy: DetectionPolicy,
  tags: readonly string[],
): readonly ContextDraft[] {
  if (policy.movingTags.length === 0 || tags.length === 0) return [];
  if (!tags.every((tag) => policyOfTag(policy, tag) === 'moving')) return [];
  return [
    {
      kind: 'policy-moved-tag',
      reason: 'The governance file lets these tags move',
      effect: -0.5,
    },
  ];
}

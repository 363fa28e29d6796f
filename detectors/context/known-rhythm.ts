import type { ContextDraft } from '../detector.ts';
import type { RemovalHabit } from '../view/rhythm/rhythm-view.ts';

/** That a repository is cleaned up again and again, and about as much each time, as context that lowers. */
export function knownRhythm(
  habit: RemovalHabit | undefined,
  tags: number,
): readonly ContextDraft[] {
  if (habit === undefined || habit.bursts < 3 || tags > 3 * Math.max(habit.tags, 4)) return [];
  return [
    {
      kind: 'known-rhythm',
      reason: `${habit.bursts} earlier clean-ups here, of up to ${habit.tags} tags each`,
      effect: -0.2,
    },
  ];
}

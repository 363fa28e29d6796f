import { lastDueSignature } from './evidence/unsigned.ts';
import { lastDuePush } from './evolve-provenance.ts';
import { lastSilence } from './health/silent-producers.ts';
import type { ProjectView } from './project-view.ts';
import { lastDueSweep } from './science/learn-science.ts';

/**
 * The latest moment up to `now` at which the time of something was over that the project waits for: a push for its
 * explanation or its signature, a producer for its next event, what is cited for its daily look. It is always after
 * the project's clock, so each can be stated once; undefined when no time is over. Looks at little more than what is due.
 */
export function lastDeadline(view: ProjectView, now: number): number | undefined {
  const passed = [
    lastDuePush(view, now),
    lastDueSignature(view, now),
    lastSilence(view.health, now),
    lastDueSweep(view, now),
  ].filter((deadline) => deadline !== undefined);
  if (passed.length === 0) return undefined;
  const deadline = Math.max(view.now + 1, ...passed);
  return deadline <= now ? deadline : undefined;
}

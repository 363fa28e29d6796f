import type { EventData } from '../../services/core/events/catalogue.ts';
import { type Story, story } from './story.ts';

export const SOURCE = 'https://git.example/lab/tool';
export const WORKFLOW = '.github/workflows/release.yml';

/** A run as the release workflow of the stories always is. */
export function usualRun(
  turn: number,
  other: Partial<EventData<'build.finished'>> = {},
): Partial<EventData<'build.finished'>> {
  return {
    commit: commitOf(turn),
    ref: `refs/tags/v1.${turn}.0`,
    trigger: 'push',
    actor: { name: 'maya' },
    workflow: { path: WORKFLOW, digest: 'sha256:one' },
    ...other,
  };
}

export function commitOf(turn: number): string {
  return turn.toString(16).padStart(40, '0');
}

/** Twenty releases of one workflow, two days apart, each from a commit of the main branch. */
export function releaseRuns(
  other: (turn: number) => Partial<EventData<'build.finished'>> = () => ({}),
  turns = 20,
): Story {
  return story().times(turns, (told, turn) =>
    told
      .days(2)
      .event('source.ref-updated', {
        sourceRepository: SOURCE,
        ref: 'refs/heads/main',
        after: commitOf(turn),
        pusher: { name: 'maya' },
      })
      .build(`release-${turn}`, usualRun(turn, other(turn)))
      .push(`1.${turn}.0`, `release-${turn}`),
  );
}

/** The next commit of the main branch. */
export function nextCommit(told: Story, turn: number): Story {
  return told.event('source.ref-updated', {
    sourceRepository: SOURCE,
    ref: 'refs/heads/main',
    after: commitOf(turn),
    pusher: { name: 'maya' },
  });
}

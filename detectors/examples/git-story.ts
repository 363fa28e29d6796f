import type { EventData } from '../../services/core/events/catalogue.ts';
import { type Story, story } from './story.ts';

export const GIT = 'https://git.example/lab/tool';

type RefUpdate = EventData<'source.ref-updated'>;

/** A commit that stands for a change of that name. */
export function commit(name: string): string {
  const hex = [...name].map((char) => char.charCodeAt(0).toString(16)).join('');
  return hex.slice(0, 40).padEnd(40, '0');
}

/** A push to a branch; `maya` writes and pushes unless told otherwise. */
export function pushBranch(
  told: Story,
  change: string,
  update: Partial<RefUpdate> = {},
  branch = 'main',
): Story {
  return told.event('source.ref-updated', {
    sourceRepository: GIT,
    ref: `refs/heads/${branch}`,
    after: commit(change),
    pusher: { name: 'maya' },
    author: { name: 'maya' },
    ...update,
  });
}

/** A tag set on a commit that lies on main, unless told otherwise. */
export function pushTag(
  told: Story,
  tag: string,
  change: string,
  update: Partial<RefUpdate> = {},
): Story {
  return told.event('source.ref-updated', {
    sourceRepository: GIT,
    ref: `refs/tags/${tag}`,
    after: commit(change),
    pusher: { name: 'maya' },
    author: { name: 'maya' },
    reachableFrom: ['main'],
    ...update,
  });
}

/** Twenty releases in forty days: each a commit on main and a tag of its own, which never moves. */
export function taggedReleases(releases = 20): Story {
  return story().times(releases, (told, turn) =>
    pushTag(pushBranch(told.days(2), `change-${turn}`), `v1.${turn}.0`, `change-${turn}`),
  );
}

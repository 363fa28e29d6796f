import type { Entry, EventOf } from '../../services/core/events/event.ts';
import { refOf } from './entry-facts.ts';
import { MAX_ANNOUNCEMENTS } from './limits.ts';
import type { Announcement, ProjectView } from './project-view.ts';

export function readAnnouncement(
  entry: Entry & { readonly event: EventOf<'change.announced'> },
): Announcement {
  const { from, until, repository, actors, tags, rules, reason } = entry.event.data;
  return {
    from: Date.parse(from),
    until: Date.parse(until),
    repository,
    actors,
    tags,
    rules,
    reason,
    ref: refOf(entry),
  };
}

/** Keeps an announced change until its window is over. */
export function learnAnnouncement(
  view: Pick<ProjectView, 'announcements' | 'now'>,
  announcement: Announcement,
): void {
  const open = view.announcements.filter((announced) => announced.until >= view.now);
  open.push(announcement);
  open.sort((one, other) => other.until - one.until);
  view.announcements.splice(0, view.announcements.length, ...open.slice(0, MAX_ANNOUNCEMENTS));
}

import type { Entry, EventOf } from '../../services/core/events/event.ts';
import { refOf } from './entry-facts.ts';
import { MAX_ANNOUNCEMENTS } from './limits.ts';
import type { ProjectView } from './project-view.ts';

/** Keeps an announced change until its window is over. */
export function learnAnnouncement(
  view: Pick<ProjectView, 'announcements' | 'now'>,
  entry: Entry & { readonly event: EventOf<'change.announced'> },
): void {
  const { data } = entry.event;
  const open = view.announcements.filter((announced) => announced.until >= view.now);
  open.push({
    from: Date.parse(data.from),
    until: Date.parse(data.until),
    repository: data.repository,
    actors: data.actors,
    tags: data.tags,
    rules: data.rules,
    reason: data.reason,
    ref: refOf(entry),
  });
  open.sort((one, other) => other.until - one.until);
  view.announcements.splice(0, view.announcements.length, ...open.slice(0, MAX_ANNOUNCEMENTS));
}

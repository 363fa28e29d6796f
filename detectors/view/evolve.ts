import type { Entry } from '../../services/core/events/event.ts';
import { timeOf } from './entry-facts.ts';
import { learnAnnouncement } from './evolve-announcements.ts';
import { learnAttestation, learnBuild } from './evolve-builds.ts';
import { learnCitations } from './evolve-citations.ts';
import { learnDeletion } from './evolve-deletions.ts';
import { settleDue } from './evolve-provenance.ts';
import { learnPush } from './evolve-pushes.ts';
import type { ProjectView } from './project-view.ts';

/** Version of the view's shape and of what `evolve` makes of entries: a snapshot of another one is never loaded. */
export const VIEW_FORMAT = 2;

/**
 * Folds one entry of the project into its view, in place: a pure function of the view and the entry (no clock, no
 * randomness), so that the same entries in the same order give the same view everywhere. Our own facts are not folded.
 */
export function evolve(view: ProjectView, entry: Entry): void {
  const { event } = entry;
  const at = timeOf(event);
  settleDue(view, Math.max(view.now, at), event);
  if (at > view.now) view.now = at;
  switch (event.type) {
    case 'artifact.pushed':
    case 'tag.moved':
    case 'registry.snapshot-taken':
      learnPush(view, { ...entry, event }, at);
      return;
    case 'artifact.deleted':
    case 'tag.deleted':
    case 'repository.deleted':
      learnDeletion(view, { ...entry, event }, at);
      return;
    case 'build.finished':
      learnBuild(view, { ...entry, event }, at);
      return;
    case 'attestation.attached':
      learnAttestation(view, { ...entry, event }, at);
      return;
    case 'workflow-run.finished':
      learnCitations(view, { ...entry, event }, at);
      return;
    case 'change.announced':
      learnAnnouncement(view, { ...entry, event });
      return;
    // The other types leave no trace in the view so far.
    default:
      return;
  }
}

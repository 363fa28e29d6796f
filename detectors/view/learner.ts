import type { EventType } from '../../services/core/events/catalogue.ts';
import type { Entry } from '../../services/core/events/event.ts';
import type { ProjectView } from './project-view.ts';

/**
 * A part of the fold: takes the entries of its types into its own part of the view and touches no other. Pure but for
 * the view. What it keeps is plain data (objects, arrays, numbers, strings, booleans, Map) so that a snapshot holds it,
 * and bounded by a limit that its file names.
 */
export type Learner = {
  readonly listensTo: readonly EventType[];
  /** `at`: when the entry happened, milliseconds since the epoch. */
  readonly learn: (view: ProjectView, entry: Entry, at: number) => void;
};

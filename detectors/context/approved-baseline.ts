import type { ContextDraft, FindingDraft } from '../detector.ts';
import type { ProjectView } from '../view/project-view.ts';
import type { Change } from './announced-change.ts';

/** The approved baseline that says that what was observed is known good, as context that lowers. */
export function approvedBaseline(
  _view: ProjectView,
  _change: Change,
  _draft: FindingDraft,
): readonly ContextDraft[] {
  return [];
}

import type { ContextDraft } from '../detector.ts';
import { staysUnexplained } from '../view/explain.ts';
import { DAY } from '../view/limits.ts';
import type { ProjectView, RepositoryView, TagView } from '../view/project-view.ts';

/**
 * The way back to what was there before an excursion, as context that lowers: by somebody else than who led the tag
 * away, who published here long before, and only where nothing explains the excursion. An attacker who puts a tag back
 * cures nothing.
 */
export function cure(
  view: ProjectView,
  repository: RepositoryView,
  back: { readonly known: TagView | undefined; readonly to: string; readonly by: string },
): readonly ContextDraft[] {
  const { known, to, by } = back;
  if (known === undefined || by === '' || by === known.by) return [];
  if (!staysUnexplained(view, repository, known)) return [];
  if (known.before?.some((point) => point.digest === to) !== true) return [];
  const publisher = repository.publishers.get(by);
  if (publisher === undefined || publisher.first >= known.last - DAY) return [];
  return [
    {
      kind: 'cure',
      reason: `${by}, who has long published here, points back to what was there before ${known.by || 'an unknown actor'} moved it`,
      effect: -0.6,
    },
  ];
}

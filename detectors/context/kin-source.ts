import type { ContextDraft } from '../detector.ts';
import { isNamedAlike, ownerOf } from '../view/sources/source-owner.ts';

/** That a source which is new for an image repository has the owner of the usual one, or bears the image's name. */
export function kinSource(
  repository: string,
  source: string,
  usual: string | undefined,
): readonly ContextDraft[] {
  if (usual !== undefined && ownerOf(usual) === ownerOf(source)) {
    return [
      {
        kind: 'same-owner',
        reason: `The new source has the owner of the usual one (${usual})`,
        effect: -0.3,
      },
    ];
  }
  if (!isNamedAlike(source, repository)) return [];
  // A name is a claim, so it only turns a page into work.
  return [
    {
      kind: 'owner-named-alike',
      reason: `The owner of the new source bears the name of the repository (${ownerOf(source)})`,
      effect: -0.15,
    },
  ];
}

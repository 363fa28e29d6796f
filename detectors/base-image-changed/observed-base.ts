import type { ProvostEvent } from '../../services/core/events/event.ts';
import type { EvidenceDraft } from '../detector.ts';
import type { ProjectView } from '../view/project-view.ts';
import { digestKey } from '../view/taints/use-keys.ts';

export type BaseName = {
  readonly name?: string | undefined;
  readonly digest?: string | undefined;
};

export type ObservedBase = {
  readonly repository: string;
  readonly digest: string;
  readonly base: BaseName;
};

const NONE: readonly ObservedBase[] = [];

/** The base that an event says an image has; of a run's outputs, one for each repository. */
export function basesOf(event: ProvostEvent): readonly ObservedBase[] {
  switch (event.type) {
    case 'artifact.pushed':
    case 'artifact.inspected': {
      const { baseImage: base, repository, digest } = event.data;
      return base === undefined ? NONE : [{ repository, digest, base }];
    }
    case 'build.finished': {
      const { baseImage: base, outputs, outcome } = event.data;
      if (base === undefined || outputs === undefined || outcome !== 'success') return NONE;
      const found = new Map<string, ObservedBase>();
      for (const { repository, digest } of outputs) {
        if (repository === undefined || found.has(repository)) continue;
        found.set(repository, { repository, digest, base });
      }
      return [...found.values()];
    }
    // No other type names a base.
    default:
      return NONE;
  }
}

/** Why a base is known bad; undefined while nobody says so. */
export function baseTaint(
  view: ProjectView,
  digest: string | undefined,
): { readonly reason: string; readonly evidence: readonly EvidenceDraft[] } | undefined {
  if (digest === undefined || view.taints.tainted.size === 0) return undefined;
  const taint = view.taints.tainted.get(digestKey(digest));
  if (taint === undefined) return undefined;
  const { reason, ref } = taint.statement;
  return {
    reason: `The base is known bad: ${reason}`,
    evidence: [{ ...ref, role: 'the statement that the base is bad' }],
  };
}

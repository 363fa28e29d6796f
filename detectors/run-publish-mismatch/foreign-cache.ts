import type { EventOf } from '../../services/core/events/event.ts';
import type { FindingDraft, JudgeContext } from '../detector.ts';
import { isProposal, outputRepositories, placeOfRun } from '../view/pipelines/run-facts.ts';
import { describeMismatch } from './describe-mismatch.ts';

const PROPOSAL_SCOPE = /(?:^|\/)(?:pull|merge-requests|pull-requests|changes|forks?)\//;

/** A run of the repository's own restores a cache that a run of an outsider wrote. */
export function judgeCaches(
  context: JudgeContext,
  { data }: EventOf<'build.finished'>,
): readonly FindingDraft[] {
  if (data.caches === undefined || isProposal(data)) return [];
  const { view, actor } = context;
  const place = placeOfRun(view, data);
  const publishes =
    outputRepositories(data).length > 0 ||
    (place.pipeline !== undefined && place.pipeline.outputs > place.pipeline.runs / 2);
  return data.caches.flatMap(({ key, use, scope, savedBy }) => {
    if (use !== 'restored') return [];
    const cache = view.pipelines.caches.get(key);
    const foreign = scope !== undefined && PROPOSAL_SCOPE.test(scope);
    if (cache === undefined && !foreign) return [];
    const by = cache?.by || savedBy || 'a proposal';
    const repository = outputRepositories(data)[0] ?? place.runs?.output ?? '';
    return [
      describeMismatch({
        title: `A run of ${place.source} used a cache that an outsider's run wrote`,
        message: `The run ${data.runId} restored the cache ${key}, which ${cache === undefined ? `belongs to ${scope ?? 'a proposal'}` : `the run ${cache.runId} of ${by} saved`}: what outsiders write decides what this run builds.`,
        subject: {
          kind: 'build',
          key: `cache:${place.source}#${key}`,
          ...(repository === '' ? {} : { repository }),
        },
        observed: { cache: key, scope: scope ?? null, savedBy: cache?.runId ?? savedBy ?? null },
        expected: { savedBy: 'runs of the repository itself' },
        role: 'the run',
        evidence:
          cache === undefined ? [] : [{ ...cache.ref, role: 'the run that wrote the cache' }],
        base: publishes ? 0.85 : 0.55,
        context: [],
        actor,
        todo: 'Delete the cache, rebuild without it, and compare; keep the outputs of the run from being used until then.',
      }),
    ];
  });
}

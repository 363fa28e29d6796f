import { momentIn } from '../../tag-habit.ts';
import type { AspectReader } from './learned-aspect.ts';
import { recentChanges } from './recent-changes.ts';

/** Digests listed of a repository, those of the newest tags. */
const MAX_DIGESTS = 64;

/** The digests that the tags point to, and how many of the tags never pointed anywhere else. */
export const readDigests: AspectReader = (_view, repository) => {
  const tags = [...repository.tags.values()].filter(({ gone }) => !gone);
  if (tags.length === 0) return [];
  const newest = tags.slice(-MAX_DIGESTS);
  return [
    {
      aspect: 'digests',
      expectation: [...new Set(newest.map(({ digest }) => digest))],
      observations: tags.length,
      consistent: tags.filter(({ moves }) => moves === 0).length,
      since: repository.since,
      until: momentIn(repository, 0),
      evidence: recentChanges(repository),
    },
  ];
};

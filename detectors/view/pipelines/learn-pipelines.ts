import type { Learner } from '../learner.ts';
import { learnBase } from './bases.ts';

export const pipelinesLearner: Learner = {
  listensTo: ['artifact.pushed', 'artifact.inspected', 'build.finished'],
  learn: (view, entry, at) => {
    const { event } = entry;
    const { bases } = view.pipelines;
    if (event.type === 'artifact.pushed' || event.type === 'artifact.inspected') {
      const { baseImage: base, repository } = event.data;
      if (base !== undefined) learnBase(bases, entry, { repository, base, at });
    } else if (event.type === 'build.finished') {
      const { baseImage: base, outputs } = event.data;
      const repository = outputs?.[0]?.repository;
      if (base !== undefined && repository !== undefined)
        learnBase(bases, entry, { repository, base, at });
    }
  },
};

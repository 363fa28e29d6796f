import type { Learner } from '../learner.ts';

export const sourcesLearner: Learner = {
  listensTo: [],
  learn: () => undefined,
};

import type { Learner } from '../learner.ts';

export const packagesLearner: Learner = {
  listensTo: [],
  learn: () => undefined,
};

import type { Learner } from '../learner.ts';

export const taintsLearner: Learner = {
  listensTo: [],
  learn: () => undefined,
};

import type { Learner } from '../learner.ts';

export const contentLearner: Learner = {
  listensTo: [],
  learn: () => undefined,
};

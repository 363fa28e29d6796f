import type { Learner } from '../learner.ts';

export const healthLearner: Learner = {
  listensTo: [],
  learn: () => undefined,
};

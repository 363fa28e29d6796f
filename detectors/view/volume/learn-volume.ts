import type { Learner } from '../learner.ts';

export const volumeLearner: Learner = {
  listensTo: [],
  learn: () => undefined,
};

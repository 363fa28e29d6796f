import type { Learner } from '../learner.ts';

export const pipelinesLearner: Learner = {
  listensTo: [],
  learn: () => undefined,
};

import type { Learner } from '../learner.ts';

export const baselinesLearner: Learner = {
  listensTo: [],
  learn: () => undefined,
};

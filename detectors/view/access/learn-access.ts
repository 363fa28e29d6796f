import type { Learner } from '../learner.ts';

export const accessLearner: Learner = {
  listensTo: [],
  learn: () => undefined,
};

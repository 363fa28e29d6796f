import type { Learner } from '../learner.ts';

export const scienceLearner: Learner = {
  listensTo: [],
  learn: () => undefined,
};

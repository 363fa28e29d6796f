import type { Learner } from '../learner.ts';

export const rhythmLearner: Learner = {
  listensTo: [],
  learn: () => undefined,
};

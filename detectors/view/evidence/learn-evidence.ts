import type { Learner } from '../learner.ts';

export const evidenceLearner: Learner = {
  listensTo: [],
  learn: () => undefined,
};

import type { Learner } from '../learner.ts';
import { foldBaseline } from './fold-baseline.ts';

/** Keeps what people declared as known good, as {@link foldBaseline} counts it. */
export const baselinesLearner: Learner = {
  listensTo: ['baseline.proposed', 'baseline.approved', 'baseline.revoked'],
  learn: (view, entry) => foldBaseline(view.baselines, entry),
};

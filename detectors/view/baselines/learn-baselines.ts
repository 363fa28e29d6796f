import type { Learner } from '../learner.ts';
import { countChange } from './count-changes.ts';
import { foldBaseline } from './fold-baseline.ts';

/** Keeps what people declared as known good, as {@link foldBaseline} counts it, and the changes that it limits. */
export const baselinesLearner: Learner = {
  listensTo: [
    'baseline.proposed',
    'baseline.approved',
    'baseline.revoked',
    'artifact.pushed',
    'tag.moved',
  ],
  learn: ({ baselines }, entry, at) => {
    if (entry.event.type.startsWith('baseline.')) foldBaseline(baselines, entry);
    else countChange(baselines, entry, at);
  },
};

import { EVENT_TYPES, type EventType } from '../core/events/catalogue.ts';

/** What becomes of alerts. */
export const LIFE_OF_ALERTS: readonly EventType[] = EVENT_TYPES.filter((type) =>
  type.startsWith('alert.'),
);

/** Every type that the fold of alerts reads: whoever folds them from the ledger must not ask for fewer. */
export const FOLDED_TYPES: readonly EventType[] = EVENT_TYPES.filter((type) =>
  /^(?:finding|alert|notification|baseline)\./.test(type),
);

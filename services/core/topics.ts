/** Topic names: events wait here for the ledger; the ledger publishes what it accepted; what does not parse goes to the last. */
export const TOPICS = {
  events: 'provost.events',
  ledger: 'provost.ledger',
  deadLetters: 'provost.dead-letters',
} as const;

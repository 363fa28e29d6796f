/** Whether producers and the ledger itself behave. */
export type HealthView = Record<string, never>;

export function createHealthView(): HealthView {
  return {};
}

/** What scientific runs resolved, and where. */
export type ScienceView = Record<string, never>;

export function createScienceView(): ScienceView {
  return {};
}

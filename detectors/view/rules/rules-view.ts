/** What user rules have counted lately: `rule\tkey` → event times within the window, oldest first. */
export type RulesView = { readonly counts: Map<string, number[]> };

/** Counts a project; the one unchanged for longest is forgotten. */
export const MAX_COUNTS = 1024;

export function createRulesView(): RulesView {
  return { counts: new Map() };
}

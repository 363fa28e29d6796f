/** Git refs and who moves them, by source repository. */
export type SourcesView = Record<string, never>;

export function createSourcesView(): SourcesView {
  return {};
}

/** Published packages and who publishes them, by package name without version. */
export type PackagesView = Record<string, never>;

export function createPackagesView(): PackagesView {
  return {};
}

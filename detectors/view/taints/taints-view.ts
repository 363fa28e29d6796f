/** Digests that are known to be bad. */
export type TaintsView = Record<string, never>;

export function createTaintsView(): TaintsView {
  return {};
}

/** What people approved as known good. */
export type BaselinesView = Record<string, never>;

export function createBaselinesView(): BaselinesView {
  return {};
}

/** Rates and sizes by series. */
export type VolumeView = Record<string, never>;

export function createVolumeView(): VolumeView {
  return {};
}

/** What builds look like, by source repository and workflow. */
export type PipelinesView = Record<string, never>;

export function createPipelinesView(): PipelinesView {
  return {};
}

import { VIEW_FORMAT } from './evolve.ts';
import type { ProjectView } from './project-view.ts';

const MAP = '$map';

/** The views as JSON text that {@link viewsFromJson} reads back; equal views give equal text. */
export function viewsToJson(views: Iterable<ProjectView>): string {
  return JSON.stringify({ format: VIEW_FORMAT, views: [...views] }, (_key, value: unknown) =>
    value instanceof Map ? { [MAP]: [...value] } : value,
  );
}

/** Views of a snapshot that {@link viewsToJson} wrote; undefined when it has another format. Our own text is trusted. */
export function viewsFromJson(text: string): Map<string, ProjectView> | undefined {
  // Names that senders choose are keys of maps only, so no sender can make an object that looks like a map.
  const { format, views } = JSON.parse(text, (_key, value: unknown) => {
    const pairs = isMapJson(value) ? value[MAP] : undefined;
    return pairs === undefined ? value : new Map(pairs);
  }) as { format: number; views: ProjectView[] };
  if (format !== VIEW_FORMAT) return undefined;
  return new Map(views.map((view) => [view.project, view]));
}

function isMapJson(value: unknown): value is { readonly [MAP]: readonly [unknown, unknown][] } {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, MAP);
}

import { VIEW_FORMAT } from './evolve.ts';
import { PublisherMap, SpanMap } from './packed-spans.ts';
import type { EntryRef, ProjectView } from './project-view.ts';

/** Consumer name under which the ledger keeps the snapshots of views: a part a project. */
export const VIEWS_SNAPSHOT = 'detect';

const MAP = '$map';
const SPANS = '$spans';
const PUBLISHERS = '$publishers';

/** A project's view as JSON text that {@link viewFromJson} reads back; equal views give equal text. */
export function viewToJson(view: ProjectView): string {
  return JSON.stringify({ format: VIEW_FORMAT, view }, (_key, value: unknown) => {
    if (value instanceof Map) return { [MAP]: [...value] };
    if (value instanceof SpanMap) return { [SPANS]: value.packed };
    return value instanceof PublisherMap ? { [PUBLISHERS]: value.packed } : value;
  });
}

/** The view that {@link viewToJson} wrote; undefined when the text is cut, damaged or of another format. */
export function viewFromJson(text: string): ProjectView | undefined {
  try {
    const share = createSharing();
    // Names that senders choose are keys of maps only, so no sender can make an object that looks like a map.
    const snapshot = JSON.parse(text, (_key, value: unknown) => {
      if (isMapJson(value)) return new Map(value[MAP]);
      if (isTextJson(value, SPANS)) return new SpanMap(value[SPANS]);
      return isTextJson(value, PUBLISHERS) ? new PublisherMap(value[PUBLISHERS]) : share(value);
    }) as { readonly format: number; readonly view: ProjectView } | null;
    return snapshot?.format === VIEW_FORMAT ? snapshot.view : undefined;
  } catch {
    return undefined;
  }
}

function isMapJson(value: unknown): value is { readonly [MAP]: readonly [unknown, unknown][] } {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, MAP);
}

function isTextJson<Name extends string>(
  value: unknown,
  name: Name,
): value is { readonly [Key in Name]: string } {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name);
}

/** Longer texts are packed records, each the only one of its kind. */
const LONGEST_SHARED = 256;

/** Gives equal texts, and references to the same entry, the one copy that they had before they were written. */
function createSharing(): (value: unknown) => unknown {
  const texts = new Map<string, string>();
  const refs = new Map<string, EntryRef>();
  return (value) => {
    if (typeof value === 'string') {
      if (value.length > LONGEST_SHARED) return value;
      const known = texts.get(value);
      if (known === undefined) texts.set(value, value);
      return known ?? value;
    }
    if (!isRef(value)) return value;
    const entry = `${value.shard} ${value.index} ${value.source} ${value.id}`;
    const known = refs.get(entry);
    if (known === undefined) refs.set(entry, value);
    return known ?? value;
  };
}

function isRef(value: unknown): value is EntryRef {
  if (typeof value !== 'object' || value === null || !('shard' in value && 'id' in value)) {
    return false;
  }
  return 'index' in value && 'source' in value && Object.keys(value).length === 4;
}

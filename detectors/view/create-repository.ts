import { createBitWindow } from '../windows/bit-window.ts';
import { PublisherMap, SpanMap } from './packed-spans.ts';
import type { RepositoryView } from './project-view.ts';

export function createRepositoryView(name: string, since: number): RepositoryView {
  return {
    name,
    registry: '',
    since,
    pushes: 0,
    tags: new Map(),
    tagged: new Map(),
    past: '',
    publishers: new PublisherMap(),
    origins: new SpanMap(),
    habits: {},
    explained: createBitWindow(),
    lastGap: 0,
    explainedBefore: createBitWindow(),
    lateness: 0,
    deletions: 0,
  };
}

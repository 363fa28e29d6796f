import { observeAspect } from '../../../detectors/baseline-violation/observe-aspect.ts';
import type { Aspect } from '../../core/baseline/baseline.ts';
import type { Entry, EventOf } from '../../core/events/event.ts';
import type { BuildChange } from '../baseline-view.ts';

const ASPECTS: readonly Aspect[] = [
  'source-repository',
  'builder',
  'build-type',
  'workflow',
  'trigger',
  'parameters',
  'flags',
  'environment',
  'dependencies',
  'base-image',
];

/** The last successful build among the entries. */
export function buildOf(entries: readonly Entry[]): Entry<'build.finished'> | undefined {
  const found = entries.findLast(
    ({ event }) => event.type === 'build.finished' && event.data.outcome === 'success',
  );
  return found?.event.type === 'build.finished' ? { ...found, event: found.event } : undefined;
}

/** Compares how two images were built, field by field; a field that one side does not say is not compared. */
export function diffBuilds(
  from: EventOf<'build.finished'> | undefined,
  to: EventOf<'build.finished'> | undefined,
): BuildChange[] {
  if (from === undefined || to === undefined) return [];
  const sides = [
    ...ASPECTS.map((field) => ({
      field,
      before: valuesOf(field, from),
      after: valuesOf(field, to),
    })),
    { field: 'commit', before: some(from.data.commit), after: some(to.data.commit) },
    { field: 'ref', before: some(from.data.ref), after: some(to.data.ref) },
  ];
  return sides.flatMap(({ field, before, after }) => {
    if (before.length === 0 || after.length === 0) return [];
    const added = after.filter((value) => !before.includes(value));
    const removed = before.filter((value) => !after.includes(value));
    return added.length + removed.length === 0 ? [] : [{ field, added, removed }];
  });
}

function valuesOf(aspect: Aspect, event: EventOf<'build.finished'>): readonly string[] {
  return observeAspect(aspect, event, { repository: undefined, at: 0, actor: '' });
}

function some(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}

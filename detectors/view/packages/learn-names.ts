import type { ProvostEvent } from '../../../services/core/events/event.ts';
import { setBounded } from '../bounded-map.ts';
import { STRETCH } from '../limits.ts';
import type { ProjectView } from '../project-view.ts';
import {
  MAX_FRESH_NAMES,
  MAX_HOSTS,
  MAX_NAMES,
  MAX_ORIGINS_OF_NAME,
  type NamesView,
  type NameView,
} from './names-view.ts';
import { skeletonOf } from './skeleton.ts';
import { hostIn, namesIn } from './used-names.ts';

/** Uses after which, over more than a day, a name is one that the project uses regularly. */
const REGULAR_USES = 4;

/** Counts the use of every name in the event. */
export function learnNames(view: ProjectView, event: ProvostEvent, at: number): void {
  const { names } = view.packages;
  if (event.type === 'artifact.pulled' || event.type === 'artifact.pushed') {
    // Most entries are these, so they go the short way.
    learnName(names, event.data.repository, '', at);
  } else {
    for (const { key, origin } of namesIn(event)) learnName(names, key, origin, at);
  }
  const host = hostIn(event);
  if (host !== '') learnHost(names, host, at);
}

function learnHost(names: NamesView, host: string, at: number): void {
  const known = names.hosts.get(host);
  if (known !== undefined) learnUse(known, '', at);
  else setBounded(names.hosts, host, { ...createName(at), uses: 1 }, MAX_HOSTS);
}

function createName(at: number): NameView {
  return { first: at, last: at, uses: 0, origin: '', originUses: 0 };
}

function learnName(names: NamesView, key: string, origin: string, at: number): void {
  const regular = names.regular.get(key);
  if (regular !== undefined) {
    learnUse(regular, origin, at);
    return;
  }
  const name = names.fresh.get(key) ?? createName(at);
  learnUse(name, origin, at);
  if (name.uses < REGULAR_USES || at - name.first < STRETCH) {
    setBounded(names.fresh, key, name, MAX_FRESH_NAMES);
    return;
  }
  names.fresh.delete(key);
  setBounded(names.regular, key, name, MAX_NAMES);
  const skeleton = skeletonOf(key);
  if (!names.skeletons.has(skeleton)) setBounded(names.skeletons, skeleton, key, MAX_NAMES);
}

function learnUse(name: NameView, origin: string, at: number): void {
  name.uses += 1;
  if (at > name.last) name.last = at;
  if (origin === '') return;
  if (name.origin === origin) {
    name.originUses += 1;
    return;
  }
  const others = name.otherOrigins ?? [];
  // The first origin stays the usual one: others were told when they came.
  if (name.origin === '') {
    name.origin = origin;
    name.originUses = 1;
  } else if (!others.includes(origin) && others.length < MAX_ORIGINS_OF_NAME) {
    name.otherOrigins = [...others, origin];
  }
}

import type { ProvostEvent } from '../../../services/core/events/event.ts';
import { setBounded } from '../bounded-map.ts';
import { STRETCH } from '../limits.ts';
import type { ProjectView } from '../project-view.ts';
import { ownText } from '../shared-text.ts';
import {
  MAX_FRESH_NAMES,
  MAX_HOSTS,
  MAX_ORIGINS_OF_NAME,
  type NamesView,
  type NameView,
} from './names-view.ts';
import { addRegular } from './near-names.ts';
import { hostIn, namesIn, type UsedName } from './used-names.ts';

/** Uses after which, over more than a day, a name is one that the project uses regularly. */
const REGULAR_USES = 4;

/** Counts the use of every name in the event. */
export function learnNames(view: ProjectView, event: ProvostEvent, at: number): void {
  const { names } = view.packages;
  if (event.type === 'artifact.pulled' || event.type === 'artifact.pushed') {
    // Most entries are these, so they go the short way.
    learnName(names, event.data.repository, undefined, at);
  } else {
    for (const used of namesIn(event)) learnName(names, used.key, used, at);
  }
  const host = hostIn(event);
  if (host !== '') learnHost(names, host, at);
}

function learnHost(names: NamesView, host: string, at: number): void {
  const known = names.hosts.get(host);
  if (known !== undefined) learnUse(known, undefined, at);
  else setBounded(names.hosts, host, { ...createName(at), uses: 1 }, MAX_HOSTS);
}

function createName(at: number): NameView {
  return { first: at, last: at, uses: 0, origin: '', originUses: 0 };
}

function learnName(names: NamesView, key: string, used: UsedName | undefined, at: number): void {
  const regular = names.regular.get(key);
  if (regular !== undefined) {
    learnUse(regular, used, at);
    return;
  }
  // The name of a package is cut from what the producer says of it; that of an image is all it says.
  const own = used === undefined ? key : ownText(key);
  const fresh = names.fresh.get(key);
  const name = fresh ?? createName(at);
  learnUse(name, used, at);
  if (name.uses < REGULAR_USES || at - name.first < STRETCH) {
    if (fresh === undefined) setBounded(names.fresh, own, name, MAX_FRESH_NAMES);
    return;
  }
  names.fresh.delete(key);
  addRegular(names, own, name);
}

function learnUse(name: NameView, used: UsedName | undefined, at: number): void {
  name.uses += 1;
  if (at > name.last) name.last = at;
  if (used === undefined || used.origin === '') return;
  const { origin, role } = used;
  // What a producer left out says nothing of a name whose users never say it.
  if (used.implied && name.declared !== true) return;
  if (name.origin === '' || name.origin === origin) {
    name.origin = origin;
    name.originUses += 1;
    if (role === 'dependency' && !used.implied) name.declared = true;
    return;
  }
  // The first origin stays the usual one: others were told when they came.
  const others = name.otherOrigins ?? [];
  if (!others.includes(origin)) {
    name.otherOrigins = [...others, origin].slice(-MAX_ORIGINS_OF_NAME);
  }
}

import type { EventOf } from '../../../services/core/events/event.ts';
import { type BitWindow, createBitWindow, observe } from '../../windows/bit-window.ts';
import { setNewest } from '../bounded-map.ts';
import { type AccessView, MAX_PACKAGES, type PackageView } from './access-view.ts';

/** Publishers with their credentials kept of one package; the oldest is forgotten. */
const MAX_PUBLISHERS = 8;

type Published = EventOf<'package.published'>['data'];

/** Folds by which credential a package version was published. */
export function learnPublication(access: AccessView, data: Published, at: number): void {
  const name = packageOf(data.purl);
  const known: PackageView = access.packages.get(name) ?? {
    last: at,
    attested: createBitWindow(),
    tokenless: createBitWindow(),
    publishers: [],
  };
  known.last = at;
  if (data.attested !== undefined) observe(known.attested, data.attested);
  observe(known.tokenless, data.client?.tokenId === undefined);
  const publisher = publisherOf(data);
  if (!known.publishers.includes(publisher)) {
    known.publishers = [...known.publishers, publisher].slice(-MAX_PUBLISHERS);
  }
  setNewest(access.packages, name, known, MAX_PACKAGES);
}

/** The package URL without version, qualifiers and path. */
export function packageOf(purl: string): string {
  const plain = purl.split(/[?#]/, 1)[0] ?? '';
  const at = plain.lastIndexOf('@');
  // The @ of an npm scope stands right behind a slash; that of a version never does.
  return at > 0 && plain[at - 1] !== '/' ? plain.slice(0, at) : plain;
}

/** Whether so many of the newest observations, and as many there are, were all yes. */
export function wereLately({ bits, count }: BitWindow, enough: number): boolean {
  const newest = 2 ** enough - 1;
  return count >= enough && (bits & newest) === newest;
}

/** `publisher\tcredential`. */
export function publisherOf({ publisher, client }: Published): string {
  return `${publisher?.name ?? ''}\t${client?.tokenId ?? ''}`;
}

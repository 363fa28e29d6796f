import type { Entry, EventOf } from '../../../services/core/events/event.ts';
import { splitPurl } from '../../../services/core/image/diff-packages.ts';
import { createBitWindow, missesOf, observe, shareOf } from '../../windows/bit-window.ts';
import { setNewest } from '../bounded-map.ts';
import { cutDigest } from '../content/image-record.ts';
import { refOf } from '../entry-facts.ts';
import { GAP_SPACING } from '../limits.ts';
import type { ProjectView } from '../project-view.ts';
import { compareArchive } from './archives.ts';
import {
  MAX_LINES,
  MAX_PACKAGES,
  MAX_PUBLISHED,
  MAX_PUBLISHERS,
  type PackageEvidence,
} from './releases-view.ts';

/** How a release of a package is weaker than those before. */
export type PackageWeakness = {
  /** It lacks the attestation that releases have: the producer says so, or says nothing where it always did. */
  readonly attestation: 'none' | 'unsaid' | undefined;
  /** Releases in a row that had it. */
  readonly attested: number;
  /** Somebody else published it than those who always do, or with a long-lived token where none is used. */
  readonly publisher: 'person' | 'token' | 'other' | undefined;
  readonly usualPublisher: string;
  /** It names no commit or source, where releases do. */
  readonly unsourced: boolean;
};

/** Releases in a row until that they have something is a habit. */
const MIN_RELEASES = 3;

/** How this release is weaker than those of its package before it; undefined when it is not, or nothing is a habit yet. */
export function weaknessOf(
  view: ProjectView,
  { data }: EventOf<'package.published'>,
): PackageWeakness | undefined {
  const { name, version } = splitPurl(data.purl);
  const habit = view.releases.packages.get(name);
  if (habit === undefined) return undefined;
  const attested = attestedInARow(habit, lineOf(version));
  const isAttested = isAttestedRelease(view, data);
  const attestation =
    isAttested || attested < MIN_RELEASES - 1
      ? undefined
      : data.attested === undefined
        ? ('unsaid' as const)
        : ('none' as const);
  const usual = habit.publishers[0];
  const weakness: PackageWeakness = {
    attestation,
    attested,
    publisher: isAttested && data.attested === true ? undefined : publisherNews(habit, data),
    usualPublisher: usual?.name ?? '',
    unsourced:
      habit.sourced.count >= MIN_RELEASES &&
      missesOf(habit.sourced) === 0 &&
      data.commit === undefined &&
      data.sourceRepository === undefined,
  };
  return weakness.attestation !== undefined || weakness.publisher !== undefined
    ? weakness
    : undefined;
}

/** Folds a release in. One that is weaker than usual is a habit only when it is not one of a series. */
export function learnPackage(
  view: ProjectView,
  entry: Entry & { readonly event: EventOf<'package.published'> },
  at: number,
): void {
  const { data } = entry.event;
  const { name, version } = splitPurl(data.purl);
  const { packages, published } = view.releases;
  if (data.digest !== undefined)
    setNewest(published, cutDigest(data.digest), data.purl, MAX_PUBLISHED);
  const known: PackageEvidence = packages.get(name) ?? {
    releases: 0,
    last: at,
    lines: [],
    sourced: createBitWindow(),
    tokenless: createBitWindow(),
    publishers: [],
    lastWeak: 0,
    ref: refOf(entry),
  };
  const archive = compareArchive(view, entry.event);
  if (archive !== undefined && (archive.same || (known.archives?.bits ?? 0) === 0)) {
    // After matches, only a match is a habit.
    known.archives ??= createBitWindow();
    observe(known.archives, archive.same);
  }
  const isWeak = weaknessOf(view, entry.event) !== undefined;
  setNewest(packages, name, known, MAX_PACKAGES);
  if (isWeak) {
    if (known.lastWeak === 0 || at - known.lastWeak < GAP_SPACING) {
      if (known.lastWeak === 0) known.lastWeak = at;
      return;
    }
    known.lastWeak = at;
  }
  known.releases += 1;
  known.last = at;
  known.ref = refOf(entry);
  learnLine(known, lineOf(version), isAttestedRelease(view, data));
  observe(known.sourced, data.commit !== undefined || data.sourceRepository !== undefined);
  observe(known.tokenless, data.client?.tokenId === undefined);
  learnPublisher(known, data.publisher, at);
}

function learnLine(known: PackageEvidence, line: string, attested: boolean): void {
  const found = known.lines.find((one) => one.line === line) ?? {
    line,
    attested: createBitWindow(),
  };
  observe(found.attested, attested);
  known.lines = [...known.lines.filter((one) => one !== found).slice(-(MAX_LINES - 1)), found];
}

function learnPublisher(
  known: PackageEvidence,
  publisher: EventOf<'package.published'>['data']['publisher'],
  at: number,
): void {
  if (publisher === undefined) return;
  const found = known.publishers.find(({ name }) => name === publisher.name) ?? {
    name: publisher.name,
    kind: publisher.kind ?? '',
    count: 0,
    last: at,
  };
  found.count += 1;
  found.last = at;
  known.publishers = [...known.publishers.filter((one) => one !== found), found]
    .sort((one, other) => other.count - one.count || other.last - one.last)
    .slice(0, MAX_PUBLISHERS);
}

function isAttestedRelease(view: ProjectView, data: EventOf<'package.published'>['data']): boolean {
  return (
    data.attested === true || (data.digest !== undefined && view.attestations.has(data.digest))
  );
}

/** The newest releases in a row that had an attestation: of the same line where it has releases, else of them all. */
function attestedInARow({ lines }: PackageEvidence, line: string): number {
  const own = lines.find((one) => one.line === line);
  if (own !== undefined && own.attested.count >= 2) return trailing(own.attested.bits);
  return lines.reduce((most, one) => Math.max(most, trailing(one.attested.bits)), 0);
}

function trailing(bits: number): number {
  let count = 0;
  for (let rest = bits; (rest & 1) === 1; rest >>>= 1) count += 1;
  return count;
}

function publisherNews(
  habit: PackageEvidence,
  { publisher, client }: EventOf<'package.published'>['data'],
): PackageWeakness['publisher'] {
  const [usual] = habit.publishers;
  const isToken =
    client?.tokenId !== undefined &&
    habit.tokenless.count >= MIN_RELEASES &&
    shareOf(habit.tokenless) === 1;
  if (usual === undefined || publisher === undefined) return isToken ? 'token' : undefined;
  const isKnown = habit.publishers.some(({ name }) => name === publisher.name);
  if (habit.releases < MIN_RELEASES || usual.count < MIN_RELEASES) return undefined;
  if (isKnown) return isToken ? 'token' : undefined;
  const isMachine = usual.kind === 'robot' || usual.kind === 'service';
  if (isMachine && publisher.kind !== 'robot' && publisher.kind !== 'service') return 'person';
  return isToken ? 'token' : usual.count >= 0.9 * habit.releases ? 'other' : undefined;
}

/** The major version: a line of releases that goes on beside the others. */
function lineOf(version: string): string {
  return /^v?(\d+)/i.exec(version)?.[1] ?? '';
}

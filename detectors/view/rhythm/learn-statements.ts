import type { Entry, EventOf } from '../../../services/core/events/event.ts';
import { observe } from '../../windows/bit-window.ts';
import { setNewest } from '../bounded-map.ts';
import { actorOf, refOf } from '../entry-facts.ts';
import { digestIn } from '../explain.ts';
import { rememberPast } from '../past-digests.ts';
import type { ProjectView, RepositoryView } from '../project-view.ts';
import { compareVersions, parseVersion, splitPurl } from './package-name.ts';
import {
  MAX_FRESH,
  MAX_HOSTS,
  MAX_LINES,
  MAX_PACKAGES,
  MAX_REMOVED,
  type RhythmView,
  SERVING_GRACE,
} from './rhythm-view.ts';
import { rhythmFor } from './scope.ts';
import { isForeignTo } from './unseen-write.ts';

/** Whether what a producer says of the digest before agrees with what was seen, as the view after the move shows. */
export function learnClaimedBefore(
  repository: RepositoryView,
  entry: Entry & { readonly event: EventOf<'tag.moved'> },
): void {
  const { tag, from } = entry.event.data;
  const known = repository.tags.get(tag);
  const before = known?.ref.id === entry.event.id ? known.before?.at(-1)?.digest : undefined;
  if (!from || before === undefined) return;
  learnAgreed(repository, before === from);
}

/** A listing agrees when it changed nothing. The first one of a repository is its opening. */
export function learnListing(
  view: ProjectView,
  entry: Entry & { readonly event: EventOf<'registry.snapshot-taken'> },
): void {
  const repository = view.repositories.get(entry.event.data.repository);
  if (repository === undefined || repository.pushes === 0) return;
  const agrees = entry.event.data.tags.every(
    ({ tag }) => repository.tags.get(tag)?.ref.id !== entry.event.id,
  );
  learnAgreed(repository, agrees);
}

/** A pull says which digest the tag has; one that was never seen here is told once. */
export function learnPulled(
  view: ProjectView,
  entry: Entry & { readonly event: EventOf<'artifact.pulled' | 'artifact.inspected'> },
  at: number,
): void {
  const { data } = entry.event;
  const { digest } = data;
  if (digest === undefined) return;
  learnServed(view, digest, data.registry, at);
  if (!('tag' in data) || data.tag === undefined) return;
  const repository = view.repositories.get(data.repository);
  const known = repository?.tags.get(data.tag);
  if (repository === undefined || known === undefined) return;
  if (known.digest === digest) {
    learnAgreed(repository, true);
  } else if (digestIn(repository, digest) === undefined && isForeignTo(view, repository, digest)) {
    const rhythm = learnAgreed(repository, false);
    rhythm.told = rememberPast(rhythm.told ?? '', digest, false);
  }
}

function learnAgreed(repository: RepositoryView, agrees: boolean): RhythmView {
  const rhythm = rhythmFor(repository);
  observe(rhythm.agreed, agrees);
  return rhythm;
}

/** Steps of a run got their images somewhere. */
export function learnUsed(
  view: ProjectView,
  event: EventOf<'workflow-run.finished'>,
  at: number,
): void {
  if (view.rhythm.removed.size === 0) return;
  for (const { digest, registry } of event.data.steps ?? []) {
    if (digest !== undefined) learnServed(view, digest, registry, at);
  }
}

function learnServed(
  view: ProjectView,
  digest: string,
  registry: string | undefined,
  at: number,
): void {
  const { removed } = view.rhythm;
  const gone = removed.size === 0 ? undefined : removed.get(digest);
  if (gone === undefined || at - gone.at < SERVING_GRACE) return;
  if (!gone.hosts.includes(registry ?? '')) {
    gone.hosts = [...gone.hosts, registry ?? ''].slice(-MAX_HOSTS);
  }
}

/** What is known to be bad must not be served any more, wherever it lies. */
export function learnTainted(
  view: ProjectView,
  entry: Entry & { readonly event: EventOf<'digest.tainted'> },
  at: number,
): void {
  const { digest, reason, repository } = entry.event.data;
  if (digest === undefined) return;
  const before = view.rhythm.removed.get(digest);
  setNewest(
    view.rhythm.removed,
    digest,
    {
      at,
      repository: repository ?? before?.repository ?? '',
      registry: before?.registry ?? '',
      why: 'tainted',
      reason: reason.slice(0, 128),
      by: actorOf(entry.event),
      ref: refOf(entry),
      hosts: [],
    },
    MAX_REMOVED,
  );
}

/** Keeps the highest version of each release line. */
export function learnVersion(
  view: ProjectView,
  event: EventOf<'package.published'>,
  at: number,
): void {
  setNewest(view.rhythm.fresh, event.data.purl, { at, by: actorOf(event) }, MAX_FRESH);
  const purl = splitPurl(event.data.purl);
  const version = purl && parseVersion(purl.version);
  if (purl === undefined || version === undefined) return;
  const { versions } = view.rhythm;
  const lines = versions.get(purl.name) ?? [];
  const known = lines.findIndex((line) => line.startsWith(`${version.line}=`));
  const highest = highestOf(lines[known]);
  if (highest !== undefined && compareVersions(version, highest) <= 0) return;
  if (known !== -1) lines.splice(known, 1);
  lines.push(`${version.line}=${purl.version}`);
  setNewest(versions, purl.name, lines.slice(-MAX_LINES), MAX_PACKAGES);
}

export function highestOf(line: string | undefined) {
  return line === undefined ? undefined : parseVersion(line.slice(line.indexOf('=') + 1));
}

import { missesOf, NOTHING_OBSERVED, shareOf, WINDOW } from '../windows/bit-window.ts';
import { DAY, DEFAULT_GRACE, HOUR, MAX_GRACE, MIN_GRACE } from './limits.ts';
import { recallPast } from './past-digests.ts';
import { isBeingBuilt } from './pipelines/being-built.ts';
import type {
  BuildFact,
  DigestView,
  ProjectView,
  RepositoryView,
  TagView,
} from './project-view.ts';
import { sourceName } from './sources/source-name.ts';
import { isNamedAlike, ownerOf } from './sources/source-owner.ts';
import { momentIn } from './tag-habit.ts';

/** Why a digest is in a repository, as far as the project's entries say. */
export type Explanation =
  | { readonly kind: 'build'; readonly build: BuildFact }
  | { readonly kind: 'attestation'; readonly signer: string }
  /** An index whose parts are all explained. */
  | { readonly kind: 'parts' }
  /** It was here when the observation began, or it was explained when it was here before. */
  | { readonly kind: 'known' }
  | { readonly kind: 'none' };

const NONE: Explanation = { kind: 'none' };
const PARTS: Explanation = { kind: 'parts' };
const KNOWN: Explanation = { kind: 'known' };
const YOUNG = 7 * DAY;

/** Finds what explains a digest in a repository, given the children of an index that the view does not know yet. */
export function explain(
  view: ProjectView,
  repository: RepositoryView | undefined,
  digest: string,
  children?: readonly string[],
): Explanation {
  const known = repository && digestIn(repository, digest);
  const build = known?.build ?? view.builds.get(digest);
  if (build !== undefined) return { kind: 'build', build };
  const attestation = known?.attestation ?? view.attestations.get(digest);
  if (attestation !== undefined) return { kind: 'attestation', signer: attestation.signer };
  if (known?.opening) return KNOWN;
  if (known?.parts === true) return PARTS;
  const parts = known?.children ?? children;
  if (parts !== undefined && parts.length > 0 && repository !== undefined) {
    if (parts.every((part) => isBuilt(view, repository, part))) return PARTS;
  }
  return repository !== undefined && recallPast(repository.past, digest) === 'explained'
    ? KNOWN
    : NONE;
}

/** Whether a digest that nothing explains was tagged here before, and no more time is left to explain it. */
export function isOverdue(
  view: ProjectView,
  repository: RepositoryView,
  digest: string,
  now: number,
): boolean {
  const wasHere =
    digestIn(repository, digest)?.everTagged === true ||
    recallPast(repository.past, digest) === 'unexplained';
  const waits = view.awaited
    .get(digest)
    ?.some((push) => push.repository === repository.name && push.deadline > now);
  return wasHere && waits !== true;
}

/** Whether nothing explained the content that a tag went to, and nothing has since: explanations may come after a push. */
export function staysUnexplained(
  view: ProjectView,
  repository: RepositoryView,
  { digest, unexplained }: Pick<TagView, 'digest' | 'unexplained'>,
): boolean {
  return unexplained && !isBuilt(view, repository, digest);
}

/** Whether tags had the digest well before a moment: what goes there then is no release of it. */
export function wasNamedBefore({ tags }: RepositoryView, digest: string, time: number): boolean {
  for (const { digest: named, last, gone, before } of tags.values()) {
    if (named === digest && !gone && last < time - HOUR) return true;
    if (before?.some((point) => point.digest === digest && point.since < time - HOUR)) return true;
  }
  return false;
}

export function digestIn(repository: RepositoryView, digest: string): DigestView | undefined {
  return repository.tagged.get(digest) ?? repository.loose?.get(digest);
}

/** Whether the build comes from where this repository's builds come from (anything does while it is young). */
export function isUsualOrigin(repository: RepositoryView, build: BuildFact, time: number): boolean {
  const at = momentIn(repository, time);
  if (at - repository.since < YOUNG) return true;
  const origin = repository.origins.get(originKey(build));
  if (origin !== undefined && at - origin.first >= DAY) return true;
  // A first origin, seen today in several pushes, has no elder to be unlike.
  for (const other of repository.origins.values()) if (at - other.first >= DAY) return false;
  return true;
}

/**
 * Whether the build comes from a source that is new here, but of the usual owner or of one that bears the image's name,
 * by a usual builder: its origin was told when it was built, and what it made is no news of its own.
 */
export function isKinOrigin(repository: RepositoryView, build: BuildFact, time: number): boolean {
  const at = momentIn(repository, time);
  const source = sourceName(build.source);
  const named = isNamedAlike(source, repository.name);
  for (const [key, { first }] of repository.origins) {
    if (at - first < DAY) continue;
    const [builder = '', other = ''] = key.split('\n');
    if (builder !== build.builder) continue;
    if (named || ownerOf(sourceName(other)) === ownerOf(source)) return true;
  }
  return false;
}

export function originKey(build: BuildFact): string {
  return `${build.builder}\n${build.source}`;
}

export type ProvenanceHabit = {
  /** What the last pushes say about the next: explained always, mostly, or nothing can be expected. */
  readonly expects: 'always' | 'mostly' | 'nothing';
  readonly share: number;
  readonly observed: number;
  /** Whether explanations come before the push, or while a run is under way, so that their absence shows at once. */
  readonly before: boolean;
  /** How long a push may wait for its explanation. */
  readonly grace: number;
  /** Pushes get a verified attestation here. */
  readonly attested: boolean;
};

/**
 * What a repository's own history says about the provenance of its next push. Where it is short, the project's habit
 * fills in, but only for a repository that has shown the habit itself.
 */
export function provenanceHabit(view: ProjectView, repository: RepositoryView): ProvenanceHabit {
  const { explained, explainedBefore, attested = NOTHING_OBSERVED, lateness } = repository;
  const observed = explained.count;
  const misses = missesOf(explained);
  const isProjectHabit = view.explained.count === WINDOW && missesOf(view.explained) <= 2;
  const always =
    (observed >= 24 && misses <= 3) ||
    (observed >= 10 && misses <= 2) ||
    (observed >= 4 && misses <= 1) ||
    (isProjectHabit && observed > 2 * misses && misses <= 2);
  const mostly = (observed >= 4 && misses <= observed / 4) || (isProjectHabit && misses === 0);
  return {
    expects: always ? 'always' : mostly ? 'mostly' : 'nothing',
    share: shareOf(explained),
    observed,
    before:
      (explainedBefore.count >= 8 &&
        shareOf(explainedBefore) >= 0.95 &&
        !isNewHere(view, repository)) ||
      isOutsideRuns(view, repository) ||
      (missesOf(explainedBefore) === 0 &&
        view.explainedBefore.count === WINDOW &&
        missesOf(view.explainedBefore) <= 1),
    grace: lateness === 0 ? DEFAULT_GRACE : Math.min(MAX_GRACE, Math.max(MIN_GRACE, 3 * lateness)),
    attested: attested.count >= 10 && shareOf(attested) >= 0.9,
  };
}

/** A young repository filled with what was built for another one has shown no order of its own. */
function isNewHere(view: ProjectView, { since }: RepositoryView): boolean {
  return view.now - since < YOUNG && shareOf(view.explainedBefore) < 0.9;
}

/** Pushes come from runs that are under way, and none is. */
function isOutsideRuns(view: ProjectView, { name, withinRun }: RepositoryView): boolean {
  if (withinRun === undefined || withinRun.count < 5) return false;
  return missesOf(withinRun) <= withinRun.count / 20 && isBeingBuilt(view, name) === false;
}

function isBuilt(view: ProjectView, repository: RepositoryView, digest: string): boolean {
  const known = digestIn(repository, digest);
  return (
    known?.build !== undefined ||
    known?.attestation !== undefined ||
    known?.opening === true ||
    view.builds.has(digest) ||
    view.attestations.has(digest) ||
    recallPast(repository.past, digest) === 'explained'
  );
}

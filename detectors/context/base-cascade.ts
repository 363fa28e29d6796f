import type { ContextDraft, EvidenceDraft } from '../detector.ts';
import { staysUnexplained } from '../view/explain.ts';
import { DAY, HOUR } from '../view/limits.ts';
import { recentUsers, repositoryOfImage, tagOfImage } from '../view/pipelines/bases.ts';
import type { ProjectView, RepositoryView, TagView } from '../view/project-view.ts';

/** A base's push explains what was built on it for so long; monthly bases are followed within days. */
const CASCADE = 14 * DAY;
const SEVERAL = 2;

export type ObservedBase = {
  /** Repository whose image was built on the base. */
  readonly repository: string;
  /** The base as it is now observed: the name of the FROM line, and the digest that it resolved to. */
  readonly base: { readonly name?: string | undefined; readonly digest?: string | undefined };
  readonly at: number;
};

export type BaseCascade = {
  readonly context: readonly ContextDraft[];
  readonly evidence: readonly EvidenceDraft[];
};

const NONE: BaseCascade = { context: [], evidence: [] };

/**
 * Answers whether a new base digest is the ordinary movement of a base: its own repository in this project got it
 * shortly before from a publisher who has long published there, explained as it usually is; or, weaker, several other
 * repositories moved to it within two days. What the image itself claims never clears; an unknown base clears nothing.
 */
export function baseCascade(view: ProjectView, observed: ObservedBase): BaseCascade {
  const { digest } = observed.base;
  if (digest === undefined) return NONE;
  const published = publishedBase(view, observed, digest);
  if (published !== undefined) return published;
  const others = recentUsers(view.pipelines.bases, digest, observed.repository, observed.at);
  if (others.length < SEVERAL) return NONE;
  return {
    context: [
      {
        kind: 'base-cascade',
        reason: `${others.length} other repositories of the project moved to the same base within two days: ${others.map(({ repository }) => repository).join(', ')}`,
        effect: -0.2,
      },
    ],
    evidence: others
      .slice(0, 2)
      .map(({ ref }) => ({ ...ref, role: 'another image on the same base' })),
  };
}

function publishedBase(
  view: ProjectView,
  { repository, base, at }: ObservedBase,
  digest: string,
): BaseCascade | undefined {
  const named = base.name === undefined ? undefined : repositoryOfImage(base.name);
  const candidates = named === undefined ? [...view.pipelines.bases.repositories.keys()] : [named];
  for (const name of candidates) {
    const home = name === repository ? undefined : view.repositories.get(name);
    if (home === undefined || !home.tagged.has(digest)) continue;
    const tag = tagFor(home, digest, base.name === undefined ? undefined : tagOfImage(base.name));
    if (tag === undefined || !isOrdinary(view, home, tag[1], at)) continue;
    const hours = Math.max(0, Math.round((at - tag[1].last) / HOUR));
    return {
      context: [
        {
          kind: 'base-cascade',
          reason: `${name}:${tag[0]} got this digest ${hours} hours before, from ${tag[1].by || 'its publisher'}, who has long published there (entry ${tag[1].ref.index} of shard ${tag[1].ref.shard})`,
          effect: -0.45,
        },
      ],
      evidence: [{ ...tag[1].ref, role: 'the push of the base' }],
    };
  }
  return undefined;
}

function tagFor(
  home: RepositoryView,
  digest: string,
  named: string | undefined,
): readonly [string, TagView] | undefined {
  const exact = named === undefined ? undefined : home.tags.get(named);
  if (named !== undefined && exact?.digest === digest && !exact.gone) return [named, exact];
  for (const pair of home.tags) if (pair[1].digest === digest && !pair[1].gone) return pair;
  return undefined;
}

/** Shortly before, by somebody who published there long before that, and no stranger to the base's own provenance. */
function isOrdinary(view: ProjectView, home: RepositoryView, tag: TagView, at: number): boolean {
  const age = at - tag.last;
  if (age < -HOUR || age > CASCADE) return false;
  const publisher = home.publishers.get(tag.by);
  // A registry that names nobody leaves the base's own provenance to speak.
  const known = tag.by === '' || (publisher !== undefined && publisher.first < tag.last - 7 * DAY);
  const usuallyExplained = home.explained.count >= 4 && home.explained.bits !== 0;
  return known && !((usuallyExplained || tag.by === '') && staysUnexplained(view, home, tag));
}

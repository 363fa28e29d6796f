import type { Entry } from '../../services/core/events/event.ts';
import type { DetectionPolicy } from '../detection-policy.ts';
import { matchesGlob } from '../text/match-glob.ts';
import type { ProjectView, RepositoryView } from '../view/project-view.ts';

/** Something that was removed, as it was just before. */
export type Removal = {
  readonly repository: string;
  readonly what: 'tag' | 'digest' | 'repository';
  /** Tags that went. */
  readonly tags: readonly string[];
  readonly digest: string | undefined;
  /** Why, where the producer says so. */
  readonly reason: string;
};

const MAX_TAGS = 64;

/** What an event removes; undefined for any other event. */
export function removalOf(view: ProjectView, { event }: Entry): Removal | undefined {
  switch (event.type) {
    case 'repository.deleted':
      return {
        repository: event.data.repository,
        what: 'repository',
        tags: [],
        digest: undefined,
        reason: '',
      };
    case 'tag.deleted': {
      const { repository, tag, reason = '' } = event.data;
      const known = view.repositories.get(repository)?.tags.get(tag);
      return {
        repository,
        what: 'tag',
        tags: [tag],
        digest: event.data.digest ?? known?.digest,
        reason,
      };
    }
    case 'artifact.deleted': {
      const { repository, digest, reason = '' } = event.data;
      const home = view.repositories.get(repository);
      const tags = event.data.tags ?? (home?.tagged.has(digest) ? tagsOf(home, digest) : []);
      return { repository, what: 'digest', tags: tags.slice(0, MAX_TAGS), digest, reason };
    }
    // No other type removes anything.
    default:
      return undefined;
  }
}

/** The retention rules that are about a repository. */
export function rulesFor(
  policy: DetectionPolicy,
  repository: string,
): DetectionPolicy['retention'] {
  return policy.retention.filter((rule) => matchesGlob(rule.repositories, repository));
}

/** Milliseconds since the tag got its present digest; undefined when that is not known. */
export function ageOf(
  repository: RepositoryView | undefined,
  tag: string,
  at: number,
): number | undefined {
  const known = repository?.tags.get(tag);
  return known === undefined ? undefined : at - known.last;
}

function tagsOf(repository: RepositoryView, digest: string): readonly string[] {
  const found: string[] = [];
  for (const [name, tag] of repository.tags) {
    if (tag.digest === digest && !tag.gone) found.push(name);
  }
  return found;
}

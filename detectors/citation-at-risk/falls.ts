import type { DetectionPolicy } from '../detection-policy.ts';
import { matchesGlob } from '../text/match-glob.ts';
import { digestIn } from '../view/explain.ts';
import { DAY } from '../view/limits.ts';
import { recallPast } from '../view/past-digests.ts';
import type { ProjectView, RepositoryView } from '../view/project-view.ts';

export type Fall = {
  readonly repository: RepositoryView;
  readonly digest: string;
  /** When the last tag that protects it goes; now, where none does. */
  readonly at: number;
  readonly tags: readonly string[];
};

type Rule = DetectionPolicy['retention'][number];

/** When retention takes the digest; undefined while a tag protects it that no rule matches, or no rule holds here. */
export function fallOf(
  view: ProjectView,
  repository: RepositoryView,
  digest: string,
  policy: DetectionPolicy,
  without?: string,
): Fall | undefined {
  const rules = rulesFor(policy, repository);
  if (rules.length === 0) return undefined;
  const tags: { readonly tag: string; readonly since: number }[] = [];
  for (const [tag, known] of repository.tags) {
    if (known.gone || known.digest !== digest || tag === without) continue;
    tags.push({ tag, since: known.last });
  }
  return fallWith(view, { repository, digest, tags, rules });
}

/** The same for every cited digest; the tags of each repository are read once. */
export function fallsOfCited(view: ProjectView, policy: DetectionPolicy): readonly Fall[] {
  const byRepository = new Map<string, Map<string, { tag: string; since: number }[]>>();
  for (const [digest, { repository }] of view.science.cited) {
    const digests = byRepository.get(repository) ?? new Map();
    digests.set(digest, []);
    byRepository.set(repository, digests);
  }
  const falls: Fall[] = [];
  for (const [name, digests] of byRepository) {
    const repository = view.repositories.get(name);
    if (repository === undefined) continue;
    const rules = rulesFor(policy, repository);
    if (rules.length === 0) continue;
    for (const [tag, known] of repository.tags) {
      if (!known.gone) digests.get(known.digest)?.push({ tag, since: known.last });
    }
    for (const [digest, tags] of digests) {
      const fall = fallWith(view, { repository, digest, tags, rules });
      if (fall !== undefined) falls.push(fall);
    }
  }
  return falls;
}

function fallWith(
  view: ProjectView,
  given: {
    readonly repository: RepositoryView;
    readonly digest: string;
    readonly tags: readonly { readonly tag: string; readonly since: number }[];
    readonly rules: readonly Rule[];
  },
): Fall | undefined {
  const { repository, digest, tags, rules } = given;
  if (tags.length === 0) {
    // Where every tag retires, what has none is cleaned up too; what was never seen here is no loss of ours.
    const cleansUp = rules.some((rule) => rule.tags === '*');
    if (!cleansUp || !isHere(repository, digest)) return undefined;
    return { repository, digest, at: view.now, tags: [] };
  }
  if (digestIn(repository, digest) === undefined) return undefined;
  let last = 0;
  for (const { tag, since } of tags) {
    const days = rules.filter((rule) => matchesGlob(rule.tags, tag)).map((rule) => rule.days);
    if (days.length === 0) return undefined;
    last = Math.max(last, since + Math.min(...days) * DAY);
  }
  return { repository, digest, at: last, tags: tags.map(({ tag }) => tag) };
}

function isHere(repository: RepositoryView, digest: string): boolean {
  return (
    digestIn(repository, digest) !== undefined || recallPast(repository.past, digest) !== undefined
  );
}

function rulesFor(policy: DetectionPolicy, repository: RepositoryView): readonly Rule[] {
  return policy.retention.filter((rule) => matchesGlob(rule.repositories, repository.name));
}

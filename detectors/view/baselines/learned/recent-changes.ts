import type { EntryRef, RepositoryView, TagView } from '../../project-view.ts';

/** Entries that are named of a habit. */
const MAX_EVIDENCE = 8;

/** The entries that gave the newest tags what they have, of the tags that are wanted, oldest first. */
export function recentChanges(
  repository: RepositoryView,
  isWanted: (tag: TagView, name: string) => boolean = () => true,
): readonly EntryRef[] {
  const tags = [...repository.tags].filter(([name, tag]) => !tag.gone && isWanted(tag, name));
  return tags
    .sort(([, one], [, other]) => one.last - other.last)
    .slice(-MAX_EVIDENCE)
    .map(([, { ref }]) => ref);
}

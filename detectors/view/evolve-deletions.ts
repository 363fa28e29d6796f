import type { Entry, EventOf } from '../../services/core/events/event.ts';
import { refOf } from './entry-facts.ts';
import { forgetDigest, leaveDigest } from './evolve-pushes.ts';
import { digestIn } from './explain.ts';
import type { EntryRef, ProjectView, RepositoryView, TagView } from './project-view.ts';

type DeletionEntry = Entry & {
  readonly event: EventOf<'artifact.deleted' | 'tag.deleted' | 'repository.deleted'>;
};

/**
 * Folds removals. What is gone is remembered as gone: a tag that comes back elsewhere has moved, and a repository that
 * is deleted and made again keeps its habits.
 */
export function learnDeletion(view: ProjectView, entry: DeletionEntry, at: number): void {
  const { event } = entry;
  const repository = view.repositories.get(event.data.repository);
  if (repository === undefined) return;
  repository.deletions += 1;
  const ref = refOf(entry);
  switch (event.type) {
    case 'tag.deleted': {
      const tag = repository.tags.get(event.data.tag);
      if (tag !== undefined) removeTag(repository, tag, at, ref);
      return;
    }
    case 'artifact.deleted':
      removeDigest(repository, event.data.digest, at, ref);
      return;
    case 'repository.deleted':
      for (const tag of repository.tags.values()) removeTag(repository, tag, at, ref);
      for (const digest of [...(repository.loose?.keys() ?? [])])
        removeDigest(repository, digest, at, ref);
      return;
  }
}

function removeTag(repository: RepositoryView, tag: TagView, at: number, ref: EntryRef): void {
  if (tag.gone) return;
  tag.gone = true;
  tag.last = at;
  tag.ref = ref;
  leaveDigest(repository, tag.digest);
}

function removeDigest(repository: RepositoryView, digest: string, at: number, ref: EntryRef): void {
  const known = digestIn(repository, digest);
  if (known === undefined) return;
  if (known.tags > 0) {
    for (const tag of repository.tags.values()) {
      if (tag.digest === digest) removeTag(repository, tag, at, ref);
    }
  }
  if (repository.loose?.delete(digest) === true) forgetDigest(repository, known);
}

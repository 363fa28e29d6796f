import type { Entry, EventOf } from '../../services/core/events/event.ts';
import { setNewest } from './bounded-map.ts';
import { refOf } from './entry-facts.ts';
import { digestIn } from './explain.ts';
import { MAX_CHILDREN, MAX_CITATIONS } from './limits.ts';
import type { Citation, DigestView, ProjectView } from './project-view.ts';

const MAX_CITED_TAGS = 4;

/** A run cites the digests that its steps resolved, once a run however many steps share one. */
export function learnCitations(
  view: ProjectView,
  entry: Entry & { readonly event: EventOf<'workflow-run.finished'> },
  at: number,
): void {
  const { data } = entry.event;
  const ref = refOf(entry);
  const seen = new Set<string>();
  for (const { digest, tag, repository } of data.steps ?? []) {
    if (digest === undefined) continue;
    const known = view.citations.get(digest);
    const citation: Citation = known ?? { runs: 0, last: at, tags: [], publication: '', ref };
    if (!seen.has(digest)) citation.runs += 1;
    seen.add(digest);
    if (at > citation.last) citation.last = at;
    if (data.citation !== undefined && data.citation !== '') {
      citation.publication = data.citation;
      citation.ref = ref;
    } else if (citation.publication === '') {
      citation.ref = ref;
    }
    if (tag !== undefined && !citation.tags.includes(tag)) {
      citation.tags = [...citation.tags, tag].slice(-MAX_CITED_TAGS);
    }
    setNewest(view.citations, digest, citation, MAX_CITATIONS);
    const home = repository === undefined ? undefined : view.repositories.get(repository);
    const index = home && digestIn(home, digest);
    if (index !== undefined) citeChildren(view, index);
  }
}

/** Remembers that a cited index needs its children. */
export function citeChildren(view: ProjectView, index: DigestView): void {
  for (const child of (index.children ?? []).slice(0, MAX_CHILDREN)) {
    setNewest(view.citedChildren, child, index.digest, MAX_CITATIONS);
  }
}

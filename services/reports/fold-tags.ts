import type { EvidenceRef } from './audit-report.ts';
import type { PlacedFact, RegistryFact } from './registry-facts.ts';

/** Where a tag points, since which entry. */
export type TagState = {
  readonly digest: string;
  readonly since: EvidenceRef;
  readonly time: string;
};

/** A difference between what the registry listed and what the ledger explained at that moment. */
export type ListingDifference = {
  readonly kind: 'unexplained' | 'other-digest' | 'not-listed';
  readonly tag: string;
  readonly listed: string | undefined;
  readonly explained: string | undefined;
  readonly evidence: readonly EvidenceRef[];
};

/** The last comparison with the registry itself. */
type Listing = {
  readonly at: EvidenceRef;
  readonly time: string;
  readonly complete: boolean;
  readonly tags: number;
  /** Tags that only an earlier listing explains. */
  readonly knownFromListing: number;
  readonly differences: readonly ListingDifference[];
};

export type RepositoryState = {
  readonly name: string;
  registry: string | undefined;
  readonly tags: Map<string, TagState>;
  /** Digests that were pushed here, with the entry of the first push and the children of an index. */
  readonly pushed: Map<
    string,
    { readonly at: EvidenceRef; readonly children: readonly string[]; tagged: boolean }
  >;
  /** Part of an index → the indexes that were pushed with it. */
  readonly parents: Map<string, string[]>;
  /** Tags and digests of earlier listings. */
  readonly listedBefore: Set<string>;
  listing: Listing | undefined;
};

export type TagView = {
  readonly repositories: ReadonlyMap<string, RepositoryState>;
  /** Digests that a successful build or an attestation speaks of. */
  readonly explained: ReadonlySet<string>;
};

/** Folds facts, in the ledger's order, into where every tag points and why. */
export function foldTags(facts: readonly PlacedFact[]): TagView {
  const repositories = new Map<string, RepositoryState>();
  const explained = new Set<string>();
  for (const placed of facts) {
    const { fact } = placed;
    if (fact.kind === 'explained') {
      for (const digest of fact.digests) explained.add(digest);
      continue;
    }
    applyFact(stateOf(repositories, fact.repository), fact, placed);
  }
  return { repositories, explained };
}

/** Whether a build or an attestation speaks of the digest, of an index's part, or of the index that it is a part of. */
export function isExplained(view: TagView, repository: RepositoryState, digest: string): boolean {
  if (view.explained.has(digest)) return true;
  const children = repository.pushed.get(digest)?.children ?? [];
  if (children.length > 0 && children.every((child) => view.explained.has(child))) return true;
  return (repository.parents.get(digest) ?? []).some((index) => view.explained.has(index));
}

function stateOf(repositories: Map<string, RepositoryState>, name: string): RepositoryState {
  const known = repositories.get(name);
  if (known !== undefined) return known;
  const created: RepositoryState = {
    name,
    registry: undefined,
    tags: new Map(),
    pushed: new Map(),
    parents: new Map(),
    listedBefore: new Set(),
    listing: undefined,
  };
  repositories.set(name, created);
  return created;
}

function applyFact(
  repository: RepositoryState,
  fact: Exclude<RegistryFact, { readonly kind: 'explained' }>,
  placed: PlacedFact,
): void {
  const since = { shard: placed.shard, index: placed.index };
  const { time } = placed;
  switch (fact.kind) {
    case 'pushed': {
      const { digest, children, tags } = fact;
      repository.registry = fact.registry ?? repository.registry;
      const known = repository.pushed.get(digest);
      if (known === undefined) addParent(repository, digest, children);
      const push = known ?? { at: since, children, tagged: false };
      push.tagged ||= tags.length > 0;
      repository.pushed.set(digest, push);
      for (const tag of tags) repository.tags.set(tag, { digest, since, time });
      return;
    }
    case 'moved':
      repository.tags.set(fact.tag, { digest: fact.digest, since, time });
      return;
    case 'untagged':
      repository.tags.delete(fact.tag);
      return;
    case 'deleted':
      for (const [tag, { digest }] of repository.tags) {
        if (digest === fact.digest) repository.tags.delete(tag);
      }
      return;
    case 'dropped':
      repository.tags.clear();
      return;
    case 'listed':
      repository.listing = compareListing(repository, fact, since, time);
      for (const { tag, digest } of fact.tags) repository.listedBefore.add(`${tag} ${digest}`);
      return;
  }
}

function addParent(repository: RepositoryState, index: string, children: readonly string[]): void {
  for (const child of children) {
    repository.parents.set(child, [...(repository.parents.get(child) ?? []), index]);
  }
}

function compareListing(
  repository: RepositoryState,
  { tags, complete }: Extract<RegistryFact, { readonly kind: 'listed' }>,
  at: EvidenceRef,
  time: string,
): Listing {
  const differences: ListingDifference[] = [];
  let knownFromListing = 0;
  for (const { tag, digest } of tags) {
    const known = repository.tags.get(tag);
    if (known?.digest === digest) continue;
    if (known === undefined && repository.listedBefore.has(`${tag} ${digest}`)) {
      knownFromListing++;
      continue;
    }
    differences.push({
      kind: known === undefined ? 'unexplained' : 'other-digest',
      tag,
      listed: digest,
      explained: known?.digest,
      evidence: known === undefined ? [at] : [at, known.since],
    });
  }
  if (complete) {
    const listed = new Set(tags.map(({ tag }) => tag));
    for (const [tag, { digest, since }] of repository.tags) {
      if (listed.has(tag)) continue;
      differences.push({
        kind: 'not-listed',
        tag,
        listed: undefined,
        explained: digest,
        evidence: [at, since],
      });
    }
  }
  return { at, time, complete, tags: tags.length, knownFromListing, differences };
}

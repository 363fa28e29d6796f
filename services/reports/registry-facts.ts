import type { EventType } from '../core/events/catalogue.ts';
import type { ProvostEvent } from '../core/events/event.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { searchAll } from '../ledger/search-all.ts';
import { compareEntries } from './compare-entries.ts';

/** What an event says about tags and digests, without the rest of it: a project's whole history fits in memory. */
export type RegistryFact =
  | {
      readonly kind: 'pushed';
      readonly repository: string;
      readonly registry: string | undefined;
      readonly digest: string;
      readonly tags: readonly string[];
      readonly children: readonly string[];
    }
  | {
      readonly kind: 'moved';
      readonly repository: string;
      readonly tag: string;
      readonly digest: string;
    }
  | { readonly kind: 'untagged'; readonly repository: string; readonly tag: string }
  | { readonly kind: 'deleted'; readonly repository: string; readonly digest: string }
  | { readonly kind: 'dropped'; readonly repository: string }
  | { readonly kind: 'explained'; readonly digests: readonly string[] }
  | {
      readonly kind: 'listed';
      readonly repository: string;
      readonly tags: readonly { readonly tag: string; readonly digest: string }[];
      readonly complete: boolean;
    };

export type PlacedFact = {
  readonly shard: number;
  readonly index: number;
  readonly time: string;
  readonly fact: RegistryFact;
};

const TYPES: readonly EventType[] = [
  'artifact.pushed',
  'artifact.deleted',
  'tag.moved',
  'tag.deleted',
  'repository.deleted',
  'build.finished',
  'attestation.attached',
  'registry.snapshot-taken',
];

/** A project's facts up to a moment, in the ledger's order. */
export async function readRegistryFacts(
  ledger: Pick<Ledger, 'search'>,
  project: string,
  to: string,
): Promise<readonly PlacedFact[]> {
  const facts: PlacedFact[] = [];
  for await (const { shard, index, event } of searchAll(ledger, { project, to, types: TYPES })) {
    const fact = toFact(event);
    if (fact !== undefined) facts.push({ shard, index, time: event.time, fact });
  }
  return facts.sort(compareEntries);
}

function toFact(event: ProvostEvent): RegistryFact | undefined {
  switch (event.type) {
    case 'artifact.pushed': {
      const { repository, registry, digest, tags, children = [] } = event.data;
      return {
        kind: 'pushed',
        repository,
        registry,
        digest,
        tags,
        children: children.map((child) => child.digest),
      };
    }
    case 'tag.moved':
      return {
        kind: 'moved',
        repository: event.data.repository,
        tag: event.data.tag,
        digest: event.data.to,
      };
    case 'tag.deleted':
      return { kind: 'untagged', repository: event.data.repository, tag: event.data.tag };
    case 'artifact.deleted':
      return { kind: 'deleted', repository: event.data.repository, digest: event.data.digest };
    case 'repository.deleted':
      return { kind: 'dropped', repository: event.data.repository };
    case 'build.finished': {
      const { outcome, outputs = [] } = event.data;
      return outcome === 'success'
        ? { kind: 'explained', digests: outputs.map((output) => output.digest) }
        : undefined;
    }
    case 'attestation.attached':
      return { kind: 'explained', digests: [event.data.digest] };
    case 'registry.snapshot-taken': {
      const { repository, tags, complete } = event.data;
      return { kind: 'listed', repository, tags, complete };
    }
    default:
      return undefined;
  }
}

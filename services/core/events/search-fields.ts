import type { SourceEvent } from './event.ts';

/** What the ledger can be searched by; derived from the event alone, so fsck can derive it again. */
export type SearchFields = {
  readonly repository: string;
  readonly digests: readonly string[];
  readonly tags: readonly string[];
  readonly actor: string;
};

/** Picks the searchable words of an event; a field that the event lacks is empty. */
export function searchFields(event: SourceEvent): SearchFields {
  const data = event.data as LooseData;
  const digests = new Set<string>();
  const tags = new Set<string>();
  add(digests, data.digest, data.rebuildDigest, data.configDigest);
  if (event.type === 'tag.moved') add(digests, event.data.from, event.data.to);
  add(tags, data.tag);
  for (const tag of data.tags ?? []) add(tags, typeof tag === 'string' ? tag : tag.tag);
  for (const tag of data.tags ?? []) if (typeof tag !== 'string') add(digests, tag.digest);
  for (const item of [...(data.children ?? []), ...(data.outputs ?? []), ...(data.steps ?? [])]) {
    if (typeof item === 'string') continue;
    add(digests, item.digest);
    add(tags, item.tag, ...(item.tags ?? []));
  }
  const subject = data.finding?.subject;
  add(digests, subject?.digest);
  add(tags, subject?.tag);
  return {
    repository: data.repository ?? subject?.repository ?? firstRepository(data) ?? '',
    digests: [...digests],
    tags: [...tags],
    actor:
      data.actor?.name ??
      data.pusher?.name ??
      data.publisher?.name ??
      data.finding?.actor ??
      data.by ??
      '',
  };
}

type Item = { digest?: string; repository?: string; tag?: string; tags?: readonly string[] };

/** The union of the field names above over all schemas; every field was validated by its own schema before. */
type LooseData = {
  repository?: string;
  digest?: string;
  rebuildDigest?: string;
  configDigest?: string;
  tag?: string;
  tags?: readonly (string | { tag: string; digest: string })[];
  children?: readonly Item[];
  outputs?: readonly (Item | string)[];
  steps?: readonly Item[];
  actor?: { name: string };
  pusher?: { name: string };
  publisher?: { name: string };
  by?: string;
  finding?: { actor?: string; subject: { repository?: string; tag?: string; digest?: string } };
};

function add(set: Set<string>, ...values: readonly (string | null | undefined)[]): void {
  for (const value of values)
    if (value !== undefined && value !== null && value !== '') set.add(value);
}

function firstRepository(data: LooseData): string | undefined {
  for (const item of [...(data.outputs ?? []), ...(data.steps ?? [])]) {
    if (typeof item !== 'string' && item.repository !== undefined) return item.repository;
  }
  return undefined;
}

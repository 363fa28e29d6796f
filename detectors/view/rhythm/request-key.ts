import type { ProvostEvent } from '../../../services/core/events/event.ts';

/** What a registry's request did: its id, and the tag or digest (one push of several tags is several events). */
export function requestKeyOf(event: ProvostEvent): string | undefined {
  switch (event.type) {
    case 'artifact.pushed':
    case 'artifact.deleted': {
      const { requestId, digest, tags } = event.data;
      return requestId && `${event.type} ${requestId} ${digest} ${tags?.[0] ?? ''}`;
    }
    case 'tag.moved':
      return event.data.requestId && `tag.moved ${event.data.requestId} ${event.data.tag}`;
    case 'tag.deleted':
      return event.data.requestId && `tag.deleted ${event.data.requestId} ${event.data.tag}`;
    // The others change nothing in a registry.
    default:
      return undefined;
  }
}

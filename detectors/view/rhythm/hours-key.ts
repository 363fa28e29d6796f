import type { ProvostEvent } from '../../../services/core/events/event.ts';
import { sourceName } from '../sources/source-name.ts';
import { splitPurl } from './package-name.ts';

/** Whose working hours an event says something of, beside the repositories of images; undefined for none. */
export function hoursKeyOf(event: ProvostEvent, actor: string): string | undefined {
  switch (event.type) {
    case 'package.published':
      return `package ${splitPurl(event.data.purl)?.name ?? event.data.purl}`;
    case 'build.started':
    case 'build.finished':
      return event.data.sourceRepository === undefined
        ? undefined
        : `source ${sourceName(event.data.sourceRepository)}`;
    case 'login.succeeded':
    case 'token.created':
    case 'token.used':
      return actor === '' ? undefined : `principal ${actor}`;
    // The others are no work of a person that has hours.
    default:
      return undefined;
  }
}

import { audienceOf } from '../../core/events/catalogue.ts';
import { OWN_SOURCE, type SourceEvent, type Trust } from '../../core/events/event.ts';
import type { Principal } from '../auth/authenticator.ts';
import type { RegisteredSource } from '../ports.ts';

/** Tells whether an event's `source` is the given URI or lies below it. */
export function isWithinSource(source: string, uri: string): boolean {
  return source === uri || source.startsWith(uri.endsWith('/') ? uri : `${uri}/`);
}

/** Tells whether a `source` is the one under which Provost states its own facts: nobody else may. */
export function isOwnSource(source: string): boolean {
  return source === OWN_SOURCE || /^urn:provost(?:[:/#?]|$)/i.test(source);
}

/**
 * How far an event that came with a bearer token is believed. What a person governs is `authenticated`: the token
 * names them. A baseline in somebody else's name is not, whoever imports it: two people have to stand behind it. A source that the governance file trusts is, too, when the token is bound to it. A token is no
 * signature, so `signed` is never earned here.
 */
export function trustOf(
  event: SourceEvent,
  caller: Principal,
  sources: readonly RegisteredSource[],
): Trust {
  if (audienceOf(event.type) === 'responder') {
    const isBaseline = event.type.startsWith('baseline.');
    const actor = 'actor' in event.data ? event.data.actor?.name : undefined;
    return isBaseline && actor !== caller.name ? 'claimed' : 'authenticated';
  }
  const registered = sources.find(({ uri }) => isWithinSource(event.source, uri));
  if (registered === undefined || registered.trust === 'claimed') return 'claimed';
  const isBound = caller.source !== undefined && isWithinSource(event.source, caller.source);
  return isBound ? 'authenticated' : 'claimed';
}

import { type Problem, problem } from '../../core/errors.ts';
import { audienceOf } from '../../core/events/catalogue.ts';
import type { SourceEvent } from '../../core/events/event.ts';
import { fail, type Outcome, ok } from '../../core/outcome.ts';
import type { Principal } from '../auth/authenticator.ts';
import { isOwnSource, isWithinSource } from './sources.ts';

/**
 * Guarantees that the caller may state this fact: sources about themselves, responders what they govern, nobody what
 * only Provost can know. A governance fact leaves with the caller as its actor; only an administrator, who may be
 * importing history, can name another.
 */
export function authorizeEvent(event: SourceEvent, caller: Principal): Outcome<SourceEvent> {
  if (isOwnSource(event.source)) {
    return refuse(
      'event.source-not-allowed',
      'only Provost itself speaks as urn:provost',
      '/source',
    );
  }
  if (caller.source !== undefined && !caller.roles.has('admin')) {
    if (!isWithinSource(event.source, caller.source)) {
      return refuse(
        'event.source-not-allowed',
        `expected source ${JSON.stringify(caller.source)} or one below it, received another`,
        '/source',
      );
    }
  }
  switch (audienceOf(event.type)) {
    case 'source':
      return caller.roles.has('ingest')
        ? ok(event)
        : refuse(
            'event.type-reserved',
            `${event.type} needs a token with the role ingest`,
            '/type',
          );
    case 'responder':
      return caller.roles.has('responder')
        ? nameActor(event, caller)
        : refuse(
            'event.type-reserved',
            `${event.type} needs a token with the role responder`,
            '/type',
          );
    case 'provost':
      return refuse('event.type-reserved', `only Provost itself states ${event.type}`, '/type');
  }
}

function nameActor(event: SourceEvent, caller: Principal): Outcome<SourceEvent> {
  const claimed = 'actor' in event.data ? event.data.actor?.name : undefined;
  if (claimed !== undefined && claimed !== caller.name && !caller.roles.has('admin')) {
    return refuse(
      'event.source-not-allowed',
      'expected data.actor.name to be the name of this token, or absent',
      '/data/actor/name',
    );
  }
  if (claimed !== undefined) return ok(event);
  const actor = { name: caller.name, kind: 'user', id: caller.tokenId } as const;
  // Every governance schema has an optional actor, so the data still fits its type.
  return ok({ ...event, data: { ...event.data, actor } } as SourceEvent);
}

function refuse(code: Problem['code'], message: string, at: string) {
  return fail(problem(code, message, at));
}

import type { FastifyReply } from 'fastify';
import type { ErrorCode, Problem } from '../../core/errors.ts';

type Kind = { readonly status: number; readonly title: string };

/** Status and title of every code that a caller can meet; any other code is our own failure. */
const KINDS: Readonly<Partial<Record<ErrorCode, Kind>>> = {
  'json.invalid-utf8': { status: 400, title: 'The body is not valid UTF-8' },
  'json.syntax': { status: 400, title: 'The body is not valid JSON' },
  'json.too-deep': { status: 400, title: 'The JSON is nested too deeply' },
  'json.too-large': { status: 413, title: 'The JSON is too large' },
  'json.duplicate-key': { status: 400, title: 'A JSON object repeats a member name' },
  'json.forbidden-key': { status: 400, title: 'A JSON object uses a forbidden member name' },
  'json.lone-surrogate': { status: 400, title: 'A JSON string is not well-formed Unicode' },
  'json.number-not-exact': { status: 400, title: 'A JSON number cannot be kept exactly' },
  'event.envelope': { status: 400, title: 'This is not an event that can be accepted' },
  'event.unknown-type': { status: 400, title: 'The event type is unknown' },
  'event.data': { status: 400, title: 'The event data does not fit its schema' },
  'event.too-large': { status: 413, title: 'The event is too large' },
  'event.source-not-allowed': { status: 403, title: 'This token may not speak for that source' },
  'event.type-reserved': { status: 403, title: 'This token may not state facts of that type' },
  'hook.payload': { status: 400, title: 'The notification cannot be read' },
  'http.content-type': { status: 415, title: 'The content type is not accepted here' },
  'http.content-encoding': { status: 415, title: 'The content encoding is not accepted here' },
  'http.too-large': { status: 413, title: 'The body is too large' },
  'http.not-found': { status: 404, title: 'There is nothing here' },
  'http.bad-request': { status: 400, title: 'The request cannot be understood' },
  'http.conflict': { status: 409, title: 'The request conflicts with the present state' },
  'auth.missing': { status: 401, title: 'A token is needed' },
  'auth.invalid': { status: 401, title: 'The token is not valid' },
  'auth.expired': { status: 401, title: 'The token has expired' },
  'auth.forbidden': { status: 403, title: 'The token lacks the role that this needs' },
  'cursor.invalid': { status: 400, title: 'The cursor is not one of ours' },
  'ledger.entry-missing': { status: 404, title: 'There is no such entry' },
  'ledger.shard-missing': { status: 404, title: 'There is no such shard' },
  'ledger.checkpoint-missing': { status: 503, title: 'No checkpoint covers this yet' },
  'ledger.unavailable': { status: 503, title: 'The ledger cannot be reached' },
  'proof.malformed': { status: 400, title: 'There is no such proof' },
  'bus.disk-full': { status: 503, title: 'There is no room for new events' },
  'bus.unavailable': { status: 503, title: 'The event bus cannot be reached' },
  'bus.record-too-large': { status: 413, title: 'The event is too large' },
  'alert.not-found': { status: 404, title: 'There is no such alert' },
  'alert.transition': { status: 409, title: 'The alert is not in a state that allows this' },
  'baseline.not-found': { status: 404, title: 'There is no such baseline' },
  'baseline.transition': { status: 409, title: 'The baseline is not in a state that allows this' },
  'baseline.same-person': { status: 403, title: 'A baseline needs two people' },
  'baseline.document': { status: 400, title: 'This says nothing that can be a baseline' },
  'baseline.signature': { status: 400, title: 'The signature of the file is not good' },
  'export.empty': { status: 404, title: 'There is nothing to export' },
  'audit.period': { status: 400, title: 'The period cannot be audited' },
};

const INTERNAL: Kind = { status: 500, title: 'Something went wrong on our side' };
const RETRY_AFTER_SECONDS = '5';

/** The HTTP status that a code is answered with. */
export function statusOf(code: ErrorCode): number {
  return (KINDS[code] ?? INTERNAL).status;
}

/** Answers with an RFC 9457 problem document; with several problems the first names the kind. */
export function sendProblem(
  reply: FastifyReply,
  first: Problem,
  problems?: readonly Problem[],
): FastifyReply {
  const { status, title } = KINDS[first.code] ?? INTERNAL;
  if (status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS);
  if (status === 401) reply.header('www-authenticate', challenge(first.code));
  // What is left of a body that was refused unread must not be taken for the next request.
  if (status === 413) reply.header('connection', 'close');
  if (first.code === 'http.content-encoding') reply.header('accept-encoding', 'gzip, deflate, br');
  const { code, message: detail, at } = first;
  return reply
    .code(status)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send({
      type: `urn:provost:error:${code}`,
      title,
      status,
      detail,
      code,
      ...(at !== undefined && { at }),
      ...(problems !== undefined && { problems }),
    });
}

function challenge(code: ErrorCode): string {
  return code === 'auth.missing'
    ? 'Bearer realm="provost"'
    : 'Bearer realm="provost", error="invalid_token"';
}

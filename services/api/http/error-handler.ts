import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type Problem, ProvostError, problem } from '../../core/errors.ts';
import type { ApiLog } from '../ports.ts';
import { sendProblem, statusOf } from './problem-response.ts';
import { RequestProblems } from './request-problems.ts';

/** Turns whatever a route throws into a problem document; what is our fault is logged, without the request's body. */
export function createErrorHandler(log: ApiLog) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (error instanceof RequestProblems) {
      return sendProblem(reply, error.problems[0], error.problems);
    }
    const found = toProblem(error);
    const status = statusOf(found.code);
    if (status < 500) return sendProblem(reply, found);
    log.error(
      {
        code: found.code,
        method: request.method,
        route: request.routeOptions.url,
        requestId: request.id,
        error: error instanceof Error ? { name: error.name, stack: error.stack } : undefined,
      },
      'request failed',
    );
    // An outage's own words may name hosts and paths; the title of its code is enough for a caller.
    const message = `the request failed on our side and may be sent again; request ${request.id}`;
    return sendProblem(reply, problem(found.code, message));
  };
}

function toProblem(error: unknown): Problem {
  if (error instanceof ProvostError) return problem(error.code, error.message);
  if (!isFastifyError(error)) return problem('http.internal', 'internal error');
  switch (error.statusCode) {
    case 413:
      return problem('http.too-large', 'the body is larger than this route accepts');
    case 415:
      return problem(
        'http.content-type',
        'expected another content type; the API reference lists the ones that this route accepts',
        'content-type',
      );
    case 404:
      return problem('http.not-found', 'no such route');
  }
  const { statusCode } = error;
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500
    ? problem('http.bad-request', 'the request is malformed')
    : problem('http.internal', 'internal error');
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && 'statusCode' in error;
}

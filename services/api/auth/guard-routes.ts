import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { type Problem, problem } from '../../core/errors.ts';
import { fail, type Outcome, ok } from '../../core/outcome.ts';
import { sendProblem } from '../http/problem-response.ts';
import type { ApiMetrics } from '../metrics.ts';
import type { Authenticator, Principal } from './authenticator.ts';
import type { Access } from './roles.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route. A route without it is refused when the app is built. */
    access?: Access;
  }
  interface FastifyRequest {
    principal: Principal | undefined;
  }
}

type Guard = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;

/**
 * Guarantees that every route says who may call it, and that nothing of a request's body is read before the caller
 * is known to be one of them. The same word becomes the route's `security` in the OpenAPI document.
 */
export function guardRoutes(app: FastifyInstance, deps: GuardDeps): void {
  const guards = new Map<string, Guard>();
  app.decorateRequest('principal', undefined);
  app.addHook('onRoute', (route) => {
    const access = route.config?.access;
    if (access === undefined) {
      throw new Error(`route ${String(route.method)} ${route.url} does not say who may call it`);
    }
    if (access === 'public') {
      route.schema = { ...route.schema, security: [] };
      return;
    }
    const key = access.join(' ');
    const guard = guards.get(key) ?? createGuard(access, deps);
    guards.set(key, guard);
    addGuard(route, guard);
    route.schema = { ...route.schema, security: [{ bearer: [...access] }] };
  });
}

function addGuard(route: RouteOptions, guard: Guard): void {
  const present = [route.onRequest ?? []].flat();
  // The HEAD route that Fastify derives from a GET has its guard already.
  if (!present.some((hook) => hook === guard)) route.onRequest = [guard, ...present];
}

type GuardDeps = { readonly authenticator: Authenticator; readonly metrics: ApiMetrics };
type Admission = GuardDeps & { readonly access: Exclude<Access, 'public'> };

function createGuard(access: Exclude<Access, 'public'>, deps: GuardDeps): Guard {
  const admission = { ...deps, access };
  return (request, reply, done) => {
    const answer = deps.authenticator.authenticate(request.headers.authorization);
    if (!(answer instanceof Promise)) {
      if (admit(answer, admission, request, reply)) done();
      return;
    }
    answer
      .then((authentication) => {
        if (admit(authentication, admission, request, reply)) done();
      })
      .catch((error: unknown) => reply.send(error));
  };
}

/** Lets the caller in, or answers the request and says no. */
function admit(
  authentication: Outcome<Principal>,
  { access, metrics }: Admission,
  request: FastifyRequest,
  reply: FastifyReply,
): boolean {
  const decided = authentication.ok ? judgeRoles(authentication.value, access) : authentication;
  if (decided.ok) {
    request.principal = decided.value;
    return true;
  }
  metrics.authFailed(decided.problem.code);
  sendProblem(reply, decided.problem);
  return false;
}

function judgeRoles(
  principal: Principal,
  access: Exclude<Access, 'public'>,
): Outcome<Principal, Problem> {
  return access.some((role) => principal.roles.has(role))
    ? ok(principal)
    : fail(problem('auth.forbidden', `expected a token with the role ${access.join(' or ')}`));
}

/** The caller of a guarded route. Throws when the route is public, which is a bug. */
export function callerOf(request: FastifyRequest): Principal {
  if (request.principal === undefined) throw new Error('a public route asked who calls');
  return request.principal;
}

import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify from 'fastify';
import { problem } from '../core/errors.ts';
import type { ApiApp } from './api-app.ts';
import { createAuthenticator } from './auth/authenticator.ts';
import { guardRoutes } from './auth/guard-routes.ts';
import { acceptJsonBodies, acceptRawBodies } from './http/body-parsers.ts';
import { createErrorHandler } from './http/error-handler.ts';
import { handleClientError } from './http/handle-client-error.ts';
import { sendProblem } from './http/problem-response.ts';
import { SECURITY_HEADERS } from './http/security-headers.ts';
import { validatorCompiler } from './http/validator-compiler.ts';
import { createEventPublisher } from './ingest/publish-events.ts';
import { createApiMetrics } from './metrics.ts';
import { openApiOptions } from './openapi.ts';
import type { ApiDeps } from './ports.ts';
import { alertRoutes } from './routes/alerts.ts';
import { auditRoutes } from './routes/audits.ts';
import { baselineRoutes } from './routes/baselines.ts';
import { checkpointRoutes } from './routes/checkpoints.ts';
import { entryRoutes } from './routes/entries.ts';
import { eventRoutes } from './routes/events.ts';
import { exportRoutes } from './routes/exports.ts';
import { fsckRoutes } from './routes/fsck.ts';
import { healthRoutes } from './routes/health.ts';
import { hookRoutes } from './routes/hooks.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { referenceRoutes } from './routes/reference.ts';
import { repositoryRoutes } from './routes/repositories.ts';
import { schemaRoutes } from './routes/schemas.ts';
import { statusRoutes } from './routes/status.ts';
import { tokenRoutes } from './routes/tokens.ts';

const REQUEST_TIMEOUT_MS = 30_000;
/** Above the idle timeouts that load balancers usually have, so that they close first. */
const KEEP_ALIVE_MS = 72_000;
/** A repository name of 255 characters, each percent-encoded. */
const MAX_PARAMETER = 1024;

/** Builds the whole HTTP interface over its ports; it listens to nothing until it is told to. */
export function createApp(deps: ApiDeps): ApiApp {
  const handleError = createErrorHandler(deps.log);
  const app: ApiApp = Fastify({
    // Fastify's own log would name every URL; failures are logged by the error handler, without payloads.
    logger: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { maxParamLength: MAX_PARAMETER },
    requestIdHeader: false,
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    // These are answered before any hook has run.
    frameworkErrors: (error, request, reply) =>
      handleError(error, request, reply.headers(SECURITY_HEADERS)),
    clientErrorHandler: handleClientError,
  }).withTypeProvider<TypeBoxTypeProvider>();
  const metrics = createApiMetrics(deps.metrics);
  const authenticator = createAuthenticator(deps);
  const publisher = createEventPublisher({ ...deps, projects: deps.config.projects });
  const { sources } = deps.config;

  app.setValidatorCompiler(validatorCompiler);
  // Response schemas document; they never take away what a handler chose to answer.
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler(handleError);
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      problem('http.not-found', `no route for ${request.method} here; / lists them`),
    ),
  );
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(SECURITY_HEADERS);
    done();
  });
  guardRoutes(app, { authenticator, metrics });
  app.register(swagger, openApiOptions(deps.config));
  app.register((scope: ApiApp, _options, done) => {
    healthRoutes(scope, deps);
    metricsRoutes(scope, { metrics: deps.metrics, publicMetrics: deps.config.publicMetrics });
    done();
  });
  // A process that only consumes opens no more than its supervisor needs.
  if (deps.config.healthOnly) return app;
  app.register((scope: ApiApp, _options, done) => {
    acceptRawBodies(scope);
    eventRoutes(scope, { publisher, sources, metrics });
    done();
  });
  app.register((scope: ApiApp, _options, done) => {
    hookRoutes(scope, { bus: deps.bus, publisher, sources, metrics });
    done();
  });
  app.register((scope: ApiApp, _options, done) => {
    acceptJsonBodies(scope);
    entryRoutes(scope, deps);
    checkpointRoutes(scope, deps);
    repositoryRoutes(scope, deps);
    alertRoutes(scope, deps);
    baselineRoutes(scope, deps);
    auditRoutes(scope, deps);
    exportRoutes(scope, deps);
    fsckRoutes(scope, deps);
    tokenRoutes(scope, { ...deps, authenticator, publisher, sources });
    schemaRoutes(scope);
    statusRoutes(scope, deps);
    referenceRoutes(scope);
    done();
  });
  return app;
}

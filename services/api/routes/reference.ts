import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import type { ApiApp } from '../api-app.ts';
import type { OpenApiDocument } from '../reference/openapi-document.ts';
import { type ReferencePage, renderReference } from '../reference/render-reference.ts';

type Rendered = {
  readonly json: string;
  readonly page: ReferencePage;
  readonly etag: string;
};

const NotModified = Type.Null({ description: 'What the caller has is current' });

/** `/` and `/openapi.json`: the API told to people and to programs, from the same schemas that the routes run on. */
export function referenceRoutes(app: ApiApp): void {
  let rendered: Rendered | undefined;
  const render = () => {
    rendered ??= renderDocument(JSON.stringify(app.swagger()));
    return rendered;
  };

  app.get(
    '/openapi.json',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'getOpenApi',
        tags: ['Service'],
        summary: 'Read this description as OpenAPI',
        response: {
          200: {
            description: 'OpenAPI 3.1 document',
            content: { 'application/json': { schema: Type.Unsafe<string>({ type: 'object' }) } },
          },
          304: NotModified,
        },
      },
    },
    async (request, reply) => {
      const { json, etag } = render();
      reply.headers({ etag: `"${etag}-json"`, 'cache-control': 'no-cache' });
      if (request.headers['if-none-match'] === `"${etag}-json"`) return reply.code(304).send(null);
      return reply.type('application/json; charset=utf-8').serializer(String).send(json);
    },
  );

  app.get(
    '/',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'getReference',
        tags: ['Service'],
        summary: 'Read this reference',
        response: {
          200: { description: 'This page', content: { 'text/html': { schema: Type.String() } } },
          304: NotModified,
        },
      },
    },
    async (request, reply) => {
      const { page, etag } = render();
      reply.headers({
        etag: `"${etag}"`,
        'cache-control': 'no-cache',
        'content-security-policy': page.contentSecurityPolicy,
      });
      if (request.headers['if-none-match'] === `"${etag}"`) return reply.code(304).send(null);
      return reply.type('text/html; charset=utf-8').serializer(String).send(page.markup);
    },
  );
}

function renderDocument(json: string): Rendered {
  const page = renderReference(parseDocument(json));
  const etag = createHash('sha256').update(json).update(page.markup).digest('hex').slice(0, 32);
  return { json, page, etag };
}

/** The document is our own, made from the routes a moment ago. */
function parseDocument(json: string): OpenApiDocument {
  return JSON.parse(json) as OpenApiDocument;
}

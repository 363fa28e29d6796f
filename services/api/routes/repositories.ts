import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { problem } from '../../core/errors.ts';
import { RepositoryName, Tag, Timestamp } from '../../core/events/fields.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { ApiApp } from '../api-app.ts';
import { sendProblem } from '../http/problem-response.ts';

const TagHistory = Type.Object(
  {
    repository: Type.String(),
    tag: Type.String(),
    at: Type.Optional(Type.String({ description: 'The moment that was asked for' })),
    digest: Type.Union([Type.String(), Type.Null()], {
      description: 'What the tag pointed to at that moment; null when it did not exist',
    }),
    changes: Type.Array(
      Type.Object({
        shard: Type.Integer(),
        index: Type.Integer(),
        time: Type.String(),
        type: Type.String(),
        digest: Type.Union([Type.String(), Type.Null()]),
        previous: Type.Union([Type.String(), Type.Null()]),
        actor: Type.String(),
      }),
      { description: 'Oldest first; each is an entry that can be proven' },
    ),
  },
  { description: 'A tag through time' },
);

const Params = Type.Object({
  name: Type.String({
    ...RepositoryName,
    description: 'Repository; slashes may be sent as they are or as %2F',
  }),
  tag: Tag,
});

const Query = Type.Object(
  {
    at: Type.Optional(
      Type.String({ ...Timestamp, description: 'As of this moment (RFC 3339); now without it' }),
    ),
  },
  { additionalProperties: false },
);

const PLAIN_SLASHES = /^(.+)\/tags\/([^/]+)\/history$/;
const params = Compile(Params);

/** `/api/v1/repositories/{name}/tags/{tag}/history`: what a tag pointed to, at any moment. */
export function repositoryRoutes(
  app: ApiApp,
  deps: { readonly ledger: Pick<Ledger, 'tagHistory'> },
): void {
  async function history(tag: Static<typeof Params>, at: string | undefined) {
    const changes = await deps.ledger.tagHistory({
      repository: tag.name,
      tag: tag.tag,
      ...(at !== undefined && { at }),
    });
    return {
      repository: tag.name,
      tag: tag.tag,
      ...(at !== undefined && { at }),
      digest: changes.at(-1)?.digest ?? null,
      changes: changes.map((change) => ({
        ...change,
        digest: change.digest ?? null,
        previous: change.previous ?? null,
      })),
    };
  }

  app.get(
    '/api/v1/repositories/:name/tags/:tag/history',
    {
      config: { access: ['viewer'] },
      schema: {
        operationId: 'getTagHistory',
        tags: ['Ledger'],
        summary: 'Follow a tag through time',
        description: 'Everything that ever happened to a tag, and what it pointed to at a moment.',
        params: Params,
        querystring: Query,
        response: { 200: TagHistory },
      },
    },
    async (request) => history(request.params, request.query.at),
  );

  // The same for names whose slashes are not encoded, which no path template can say.
  app.get(
    '/api/v1/repositories/*',
    { config: { access: ['viewer'] }, schema: { hide: true, querystring: Query } },
    async (request, reply) => {
      const path = new Map(Object.entries(request.params ?? {})).get('*');
      const [, name, tag] = PLAIN_SLASHES.exec(typeof path === 'string' ? path : '') ?? [];
      const found = { name, tag };
      if (!params.Check(found)) {
        const message = 'expected /api/v1/repositories/{name}/tags/{tag}/history';
        return sendProblem(reply, problem('http.not-found', message));
      }
      return history(found, request.query.at);
    },
  );
}

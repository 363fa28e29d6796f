import { Type } from 'typebox';
import type { Clock } from '../../core/clock.ts';
import { type Problem, problem } from '../../core/errors.ts';
import { OWN_SOURCE, type SourceEvent } from '../../core/events/event.ts';
import type { StoredToken, TokenStore } from '../../ledger/token-store.ts';
import type { ApiApp } from '../api-app.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import { callerOf } from '../auth/guard-routes.ts';
import { TOKEN_ROLES } from '../auth/roles.ts';
import { mintToken } from '../auth/token.ts';
import { sendProblem } from '../http/problem-response.ts';
import type { EventPublisher } from '../ingest/publish-events.ts';
import { isOwnSource } from '../ingest/sources.ts';
import type { RegisteredSource } from '../ports.ts';

const DEFAULT_DAYS = 365;
const DAY_MS = 86_400_000;

const Token = {
  id: Type.String({ description: 'Token id; it is part of the token and no secret' }),
  name: Type.String(),
  roles: Type.Array(Type.String()),
  source: Type.Optional(Type.String({ description: 'CloudEvents `source` that it is bound to' })),
  createdAt: Type.String(),
  expiresAt: Type.Optional(Type.String()),
  revokedAt: Type.Optional(Type.String()),
} as const;

const TokenView = Type.Object(Token, {
  title: 'Token',
  description: 'A token, without its secret',
});
const IssuedToken = Type.Object(
  { ...Token, token: Type.String({ description: 'The token itself; it is never shown again' }) },
  { description: 'A new token' },
);
const TokenList = Type.Object({ tokens: Type.Array(TokenView) }, { description: 'Every token' });

const TokenRequest = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9@._-]{0,126}$',
      description: 'Who uses it; decisions and governance facts carry this name',
    }),
    roles: Type.Array(Type.Enum(TOKEN_ROLES), {
      minItems: 1,
      maxItems: TOKEN_ROLES.length,
      description: 'responder includes viewer, admin includes all',
    }),
    source: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 512,
        description:
          'Binds the token to a source, by its name in the governance file or by its URI. A token with the role ' +
          'ingest and no source may speak for any source, as a claim.',
      }),
    ),
    expiresInDays: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 3660, default: DEFAULT_DAYS, description: 'Days' }),
    ),
  },
  { additionalProperties: false },
);

/** `/api/v1/tokens`: who may call. Issuing and revoking are events. */
export function tokenRoutes(
  app: ApiApp,
  deps: {
    readonly tokenStore: TokenStore;
    readonly authenticator: Pick<Authenticator, 'forget'>;
    readonly publisher: EventPublisher;
    readonly sources: readonly RegisteredSource[];
    readonly clock: Clock;
    readonly newId: () => string;
    readonly randomBytes: (size: number) => Uint8Array;
  },
): void {
  const { tokenStore, authenticator } = deps;

  async function record(fact: Pick<SourceEvent, 'type' | 'data'>): Promise<void> {
    const envelope = { specversion: '1.0', id: deps.newId(), source: OWN_SOURCE } as const;
    const event = { ...envelope, ...fact } as SourceEvent;
    await deps.publisher.publish([{ event, trust: 'authenticated' }]);
  }

  app.get(
    '/api/v1/tokens',
    {
      config: { access: ['admin'] },
      schema: {
        operationId: 'listTokens',
        tags: ['Tokens'],
        summary: 'List tokens',
        response: { 200: TokenList },
      },
    },
    async () => ({ tokens: (await tokenStore.all()).map(toView) }),
  );

  app.post(
    '/api/v1/tokens',
    {
      config: { access: ['admin'] },
      schema: {
        operationId: 'createToken',
        tags: ['Tokens'],
        summary: 'Issue a token',
        description: 'The token is in this answer and nowhere else: only its hash is kept.',
        body: TokenRequest,
        response: { 201: IssuedToken },
      },
    },
    async (request, reply) => {
      const { name, roles, expiresInDays = DEFAULT_DAYS } = request.body;
      const now = deps.clock.now();
      const createdAt = new Date(now).toISOString();
      const source = resolveSource(request.body.source, deps.sources);
      const isTaken = (await tokenStore.all()).some(
        (token) => token.name === name && isLive(token, now),
      );
      const wrong = findProblem({ source, roles, name, isTaken });
      if (wrong !== undefined) return sendProblem(reply, wrong);
      const minted = mintToken(deps.randomBytes);
      const expiresAt = new Date(now + expiresInDays * DAY_MS).toISOString();
      const stored = {
        id: minted.id,
        name,
        hash: minted.hash,
        roles,
        source,
        createdAt,
        expiresAt,
      };
      // The fact goes first: a crash in between leaves a record of a token that nobody has, never the reverse.
      await record({
        type: 'credential.issued',
        data: { tokenId: minted.id, name, roles, expiresAt, by: callerOf(request).name },
      });
      await tokenStore.put(stored);
      authenticator.forget();
      return reply.code(201).send({ ...toView(stored), token: minted.token });
    },
  );

  app.delete(
    '/api/v1/tokens/:id',
    {
      config: { access: ['admin'] },
      schema: {
        operationId: 'revokeToken',
        tags: ['Tokens'],
        summary: 'Revoke a token',
        description: 'Holds at once here, and within five seconds in every other process.',
        params: Type.Object({
          id: Type.String({ pattern: '^[0-9a-f]{16}$', description: 'Token id' }),
        }),
        response: { 204: Type.Null({ description: 'It is revoked' }) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const revoked = await tokenStore.revoke(id, new Date(deps.clock.now()).toISOString());
      if (!revoked) {
        const message = 'no such token, or it is revoked already';
        return sendProblem(reply, problem('http.not-found', message, 'id'));
      }
      authenticator.forget();
      await record({
        type: 'credential.revoked',
        data: { tokenId: id, by: callerOf(request).name },
      });
      return reply.code(204).send(null);
    },
  );
}

function resolveSource(
  nameOrUri: string | undefined,
  sources: readonly RegisteredSource[],
): string {
  return sources.find(({ name }) => name === nameOrUri)?.uri ?? nameOrUri ?? '';
}

function findProblem(request: {
  readonly source: string;
  readonly roles: readonly string[];
  readonly name: string;
  readonly isTaken: boolean;
}): Problem | undefined {
  if (request.isTaken) {
    return problem(
      'http.conflict',
      `a token named ${request.name} is in use; revoke it first`,
      '/name',
    );
  }
  if (request.source !== '' && isOwnSource(request.source)) {
    return problem(
      'event.source-not-allowed',
      'only Provost itself speaks as urn:provost',
      '/source',
    );
  }
  if (request.source !== '' && !request.roles.includes('ingest')) {
    return problem('http.bad-request', 'a source needs the role ingest', '/roles');
  }
  return undefined;
}

function isLive(token: StoredToken, now: number): boolean {
  const expired = token.expiresAt !== undefined && Date.parse(token.expiresAt) <= now;
  return token.revokedAt === undefined && !expired;
}

function toView({ id, name, roles, source, createdAt, expiresAt, revokedAt }: StoredToken) {
  return {
    id,
    name,
    roles: [...roles],
    ...(source !== '' && { source }),
    createdAt,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(revokedAt !== undefined && { revokedAt }),
  };
}

import { Type } from 'typebox';
import {
  BaselineDiff,
  BaselineSummary,
  DeclaredBaseline,
  Explanation,
  RepositoryBaseline,
} from '../../baselines/baseline-view.ts';
import type { Baselines } from '../../baselines/baselines.ts';
import { ASPECTS } from '../../core/baseline/baseline.ts';
import { problem } from '../../core/errors.ts';
import { RepositoryName } from '../../core/events/fields.ts';
import type { ApiApp } from '../api-app.ts';
import { callerOf } from '../auth/guard-routes.ts';
import { sendProblem } from '../http/problem-response.ts';
import { ProposalBody, Reason, toProposal } from '../schemas/baseline-proposal.ts';
import { ScopeQuery, toScope } from '../schemas/baseline-scope.ts';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../schemas/query.ts';

const BaselineParams = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 256, description: 'Baseline' }),
});

const Aspect = Type.Enum(ASPECTS, { description: 'What it is about' });
const ImageText = (description: string) =>
  Type.String({ minLength: 1, maxLength: 600, description });

const Decision = Type.Object(
  {
    version: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'The version that was read; refused if another waits',
      }),
    ),
    reason: Reason,
  },
  { additionalProperties: false },
);

const COLD =
  'The first answer for a project rebuilds what detection knows of it and may take a moment.';

/** `/api/v1/baselines`: what is known good, why, and who says so. */
export function baselineRoutes(app: ApiApp, deps: { readonly baselines: Baselines }): void {
  const { baselines } = deps;

  app.get(
    '/api/v1/baselines',
    {
      config: { access: ['viewer'] },
      schema: {
        operationId: 'listBaselines',
        tags: ['Baselines'],
        summary: 'List baselines',
        description: `Declared ones, and with a project or a repository also the learned ones. ${COLD}`,
        querystring: Type.Object(
          {
            project: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
            repository: Type.Optional(RepositoryName),
            mode: Type.Optional(Type.Union([Type.Literal('declared'), Type.Literal('learned')])),
            limit: Type.Optional(
              Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT }),
            ),
          },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object(
            { baselines: Type.Array(BaselineSummary) },
            { description: 'Baselines, declared ones first' },
          ),
        },
      },
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, ...filter } = request.query;
      return { baselines: [...(await baselines.list({ ...filter, limit }))] };
    },
  );

  app.get(
    '/api/v1/baselines/effective',
    {
      config: { access: ['viewer'] },
      schema: {
        operationId: 'getRepositoryBaseline',
        tags: ['Baselines'],
        summary: 'Read what is known good in a repository',
        description: `Declared and learned, with how far each can be relied on; what is learned of the whole repository, or of the part that is asked for. ${COLD}`,
        querystring: Type.Object(
          { repository: RepositoryName, ...ScopeQuery },
          { additionalProperties: false },
        ),
        response: { 200: RepositoryBaseline },
      },
    },
    async (request, reply) => {
      const found = await baselines.show(request.query.repository, toScope(request.query));
      return found.ok ? reply.send(found.value) : sendProblem(reply, found.problem);
    },
  );

  app.get(
    '/api/v1/baselines/explanation',
    {
      config: { access: ['viewer'] },
      schema: {
        operationId: 'explainBaseline',
        tags: ['Baselines'],
        summary: 'Ask why something is known good',
        description: `Every reason with the entries that it rests on, each with the path of its proof. ${COLD}`,
        querystring: Type.Object(
          { repository: RepositoryName, aspect: Type.Optional(Aspect), ...ScopeQuery },
          { additionalProperties: false },
        ),
        response: { 200: Explanation },
      },
    },
    async (request, reply) => {
      const { repository, aspect } = request.query;
      const scope = toScope(request.query);
      const found = await baselines.explain(repository, { aspect, scope });
      return found.ok ? reply.send(found.value) : sendProblem(reply, found.problem);
    },
  );

  app.get(
    '/api/v1/baselines/diff',
    {
      config: { access: ['viewer'] },
      schema: {
        operationId: 'diffBaseline',
        tags: ['Baselines'],
        summary: 'Compare an image with another and with what is known good',
        description: `Base, layers, config, packages and build, platform by platform. ${COLD}`,
        querystring: Type.Object(
          {
            of: ImageText('repository, repository:tag or repository@digest'),
            against: Type.Optional(
              ImageText('Another image, `previous` (the default) or `baseline`'),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: BaselineDiff },
      },
    },
    async (request, reply) => {
      const { of, against } = request.query;
      const found = await baselines.diff(of, against);
      return found.ok ? reply.send(found.value) : sendProblem(reply, found.problem);
    },
  );

  app.get(
    '/api/v1/baselines/:id',
    {
      config: { access: ['viewer'] },
      schema: {
        operationId: 'getBaseline',
        tags: ['Baselines'],
        summary: 'Read a declared baseline',
        description: 'With all its versions: who proposed, approved and revoked each, and why.',
        params: BaselineParams,
        response: { 200: DeclaredBaseline },
      },
    },
    async (request, reply) => {
      const found = await baselines.find(request.params.id);
      return found ?? sendProblem(reply, problem('baseline.not-found', 'no such baseline', 'id'));
    },
  );

  app.post(
    '/api/v1/baselines',
    {
      config: { access: ['responder'] },
      schema: {
        operationId: 'proposeBaseline',
        tags: ['Baselines'],
        summary: 'Propose what is known good',
        description:
          'Give values, or ask for what is learned, or send a baseline file, signed or not. Somebody else has to ' +
          'approve it; a signed file holds by its signature where the governance file does not say otherwise. A proposal for the same part of a repository is the next version of the same baseline.',
        body: ProposalBody,
        response: { 201: DeclaredBaseline },
      },
    },
    async (request, reply) => {
      const { name, tokenId: id } = callerOf(request);
      const proposal = toProposal(request.body, { name, id });
      if (proposal === undefined)
        return sendProblem(
          reply,
          problem(
            'http.bad-request',
            'expected repository with value or learned, or file, and a signature only with a file',
          ),
        );
      const proposed = await baselines.propose(proposal);
      if (!proposed.ok) return sendProblem(reply, proposed.problem);
      return reply
        .code(201)
        .header('location', `/api/v1/baselines/${encodeURIComponent(proposed.value.baselineId)}`)
        .send(proposed.value);
    },
  );

  for (const { verb, summary, description } of [
    {
      verb: 'approve',
      summary: 'Approve a proposed baseline',
      description:
        'Only by somebody other than its proposer. Open alerts are judged again: what it explains is closed or lowered.',
    },
    {
      verb: 'revoke',
      summary: 'Revoke a baseline',
      description: 'It clears nothing and binds nobody from then on; a proposal is withdrawn.',
    },
  ] as const) {
    app.post(
      `/api/v1/baselines/:id/${verb}`,
      {
        config: { access: ['responder'] },
        schema: {
          operationId: `${verb}Baseline`,
          tags: ['Baselines'],
          summary,
          description,
          params: BaselineParams,
          body: Decision,
          response: { 200: DeclaredBaseline },
        },
      },
      async (request, reply) => {
        const { name, tokenId: id } = callerOf(request);
        const decided = await baselines[verb]({
          baselineId: request.params.id,
          by: { name, id },
          ...request.body,
        });
        return decided.ok ? reply.send(decided.value) : sendProblem(reply, decided.problem);
      },
    );
  }
}

import { Type } from 'typebox';
import { toBase64 } from '../../core/bytes.ts';
import { problem } from '../../core/errors.ts';
import type { Ledger, StoredCheckpoint } from '../../ledger/ledger.ts';
import type { ApiApp } from '../api-app.ts';
import { negotiate } from '../http/negotiate.ts';
import { sendProblem } from '../http/problem-response.ts';
import type { ApiConfig } from '../ports.ts';
import { MAX_LIMIT, ShardParams } from '../schemas/query.ts';

const Checkpoint = Type.Object(
  {
    size: Type.Integer({ description: 'Entries that it covers' }),
    root: Type.String({ description: 'Merkle root, base64' }),
    signedAt: Type.String({ description: 'RFC 3339' }),
    note: Type.String({ description: 'The signed note (C2SP tlog-checkpoint)' }),
  },
  { description: 'Signed size and root of a shard' },
);

const CheckpointPage = Type.Object(
  { checkpoints: Type.Array(Checkpoint, { description: 'Ascending by size' }) },
  { description: 'Checkpoints of a shard' },
);

const ConsistencyProof = Type.Object(
  {
    shard: Type.Integer(),
    from: Type.Integer(),
    to: Type.Integer(),
    hashes: Type.Array(Type.String(), { description: 'RFC 6962 consistency proof, base64' }),
  },
  { description: 'Proof that the larger tree only added to the smaller one' },
);

const DEFAULT_CHECKPOINTS = 100;
const size = (description: string) =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });

/** `/api/v1/checkpoints/…`: what a witness or an auditor keeps outside of the house. */
export function checkpointRoutes(
  app: ApiApp,
  deps: {
    readonly config: Pick<ApiConfig, 'shards'>;
    readonly ledger: Pick<Ledger, 'checkpoints' | 'latestCheckpoint' | 'consistencyProof' | 'size'>;
  },
): void {
  const { config, ledger } = deps;

  /** What cannot exist must not look like what is empty; entries count more than the number that is configured. */
  async function isMissing(shard: number): Promise<boolean> {
    return shard >= config.shards && (await ledger.size(shard)) === 0;
  }

  app.get(
    '/api/v1/checkpoints/:shard',
    {
      config: { access: ['viewer'] },
      schema: {
        operationId: 'listCheckpoints',
        tags: ['Ledger'],
        summary: 'Read checkpoints',
        description:
          'A list as JSON, ascending by size, empty for a shard that has no entries yet; as `text/plain` the latest signed note alone. A shard that cannot exist is not found (`ledger.shard-missing`).',
        params: ShardParams,
        querystring: Type.Object(
          {
            after: Type.Optional(size('Only checkpoints of larger trees than this')),
            limit: Type.Optional(
              Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_CHECKPOINTS }),
            ),
          },
          { additionalProperties: false },
        ),
        response: {
          200: {
            description: 'Checkpoints',
            content: {
              'application/json': { schema: CheckpointPage },
              'text/plain': { schema: Type.String({ description: 'C2SP signed note' }) },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { shard } = request.params;
      if (await isMissing(shard)) {
        const message = `the ledger has shards 0 to ${config.shards - 1}, received ${shard}`;
        return sendProblem(reply, problem('ledger.shard-missing', message, 'shard'));
      }
      if (negotiate(request.headers.accept, ['application/json', 'text/plain']) === 'text/plain') {
        const latest = await ledger.latestCheckpoint(shard);
        return latest === undefined
          ? sendProblem(reply, problem('http.not-found', `shard ${shard} has no checkpoint yet`))
          : reply.type('text/plain; charset=utf-8').serializer(String).send(latest.note);
      }
      const { after, limit = DEFAULT_CHECKPOINTS } = request.query;
      const query = { limit, ...(after !== undefined && { after }) };
      const checkpoints = await ledger.checkpoints(shard, query);
      return reply.send({ checkpoints: checkpoints.map(toView) });
    },
  );

  app.get(
    '/api/v1/checkpoints/:shard/consistency',
    {
      config: { access: ['viewer'] },
      schema: {
        operationId: 'getConsistencyProof',
        tags: ['Ledger'],
        summary: 'Prove that nothing was rewritten',
        params: ShardParams,
        querystring: Type.Object(
          { from: size('Size of the smaller tree'), to: size('Size of the larger tree') },
          { additionalProperties: false },
        ),
        response: { 200: ConsistencyProof },
      },
    },
    async (request, reply) => {
      const { shard } = request.params;
      const { from, to } = request.query;
      if (from > to) {
        const message = `expected from to be at most to, received ${from} and ${to}`;
        return sendProblem(reply, problem('http.bad-request', message, 'from'));
      }
      const proof = await ledger.consistencyProof(shard, from, to);
      return proof.ok
        ? reply.send({ shard, from, to, hashes: proof.value.map(toBase64) })
        : sendProblem(reply, proof.problem);
    },
  );
}

function toView({ size: covered, root, signedAt, note }: StoredCheckpoint) {
  return { size: covered, root: toBase64(root), signedAt, note };
}

import { Type } from 'typebox';
import { toBase64 } from '../../core/bytes.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiDeps } from '../ports.ts';

const Status = Type.Object(
  {
    version: Type.String(),
    verifierKeys: Type.Array(Type.String(), {
      description:
        'Public keys of the checkpoints (C2SP verifier keys), current ones first; keep them outside of the house',
    }),
    shards: Type.Array(
      Type.Object({
        shard: Type.Integer(),
        size: Type.Integer({ description: 'Entries' }),
        checkpoint: Type.Optional(
          Type.Object({
            size: Type.Integer(),
            root: Type.String({ description: 'base64' }),
            signedAt: Type.String(),
          }),
        ),
      }),
    ),
    lag: Type.Array(
      Type.Object({
        topic: Type.String(),
        group: Type.String(),
        partition: Type.Integer(),
        lag: Type.Integer({ description: 'Records that wait for the group' }),
      }),
      {
        description:
          'By consumer group; `provost-lane` is the second lane, told by the process that runs it',
      },
    ),
    sources: Type.Array(
      Type.Object({ name: Type.String(), uri: Type.String(), trust: Type.String() }),
      { description: 'Sources of the governance file' },
    ),
  },
  { description: 'The service at a glance' },
);

/** `GET /api/v1/status`: what runs, how far it is, and the keys to verify it by. */
export function statusRoutes(
  app: ApiApp,
  deps: Pick<ApiDeps, 'config' | 'ledger' | 'bus' | 'laneLag'>,
): void {
  const { config, ledger, bus, laneLag } = deps;

  async function shardStatus(shard: number) {
    const [size, checkpoint] = await Promise.all([
      ledger.size(shard),
      ledger.latestCheckpoint(shard),
    ]);
    if (checkpoint === undefined) return { shard, size };
    const { size: covered, root, signedAt } = checkpoint;
    return { shard, size, checkpoint: { size: covered, root: toBase64(root), signedAt } };
  }

  async function consumerLag({ topic, group }: { topic: string; group: string }) {
    const partitions = await bus.lag(topic, group);
    return partitions.map(({ partition, lag }) => ({ topic, group, partition, lag: Number(lag) }));
  }

  app.get(
    '/api/v1/status',
    {
      config: { access: ['viewer'] },
      schema: {
        operationId: 'getStatus',
        tags: ['Service'],
        summary: 'See how the service is',
        response: { 200: Status },
      },
    },
    async () => {
      const [shards, lag, lane] = await Promise.all([
        ledger.shards().then((all) => Promise.all(all.map(shardStatus))),
        Promise.all(config.consumers.map(consumerLag)),
        laneLag(),
      ]);
      return {
        version: config.version,
        verifierKeys: [...config.verifierKeys],
        shards,
        lag: [...lag.flat(), ...lane],
        sources: config.sources.map(({ name, uri, trust }) => ({ name, uri, trust })),
      };
    },
  );
}

import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { ProvostError } from '../../core/errors.ts';
import type { FsckEvent, Ledger } from '../../ledger/ledger.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiLog } from '../ports.ts';
import { Shard } from '../schemas/query.ts';

const FsckLine = Type.Unsafe<Readable>(
  Type.Object(
    {
      kind: Type.Union([
        Type.Literal('progress'),
        Type.Literal('problem'),
        Type.Literal('summary'),
        Type.Literal('failed'),
      ]),
    },
    {
      additionalProperties: true,
      description:
        'One JSON object a line: progress (shard, checked, total), problem (shard, index, problem), and at the end ' +
        'summary (shards, entries, tiles, checkpoints, problems), or failed (code) when the check could not end',
    },
  ),
);

/** `POST /api/v1/fsck`: re-derive everything derivable, and say what differs, while it runs. */
export function fsckRoutes(
  app: ApiApp,
  deps: { readonly ledger: Pick<Ledger, 'fsck'>; readonly log: ApiLog },
): void {
  app.post(
    '/api/v1/fsck',
    {
      config: { access: ['admin'] },
      schema: {
        operationId: 'checkLedger',
        tags: ['Ledger'],
        summary: 'Check the whole ledger',
        description:
          'Derives every leaf, tile and checkpoint again from the entries and compares. The answer streams; only a ' +
          'stream that ends with a `summary` is a finished check.',
        body: Type.Object({ shard: Type.Optional(Shard) }, { additionalProperties: false }),
        response: {
          200: {
            description: 'Progress, problems and a summary, a line each',
            content: { 'application/x-ndjson': { schema: FsckLine } },
          },
        },
      },
    },
    async (request, reply) => {
      const shard = request.body?.shard;
      const events = deps.ledger.fsck(shard === undefined ? {} : { shard });
      return reply
        .type('application/x-ndjson; charset=utf-8')
        .send(Readable.from(toLines(events, deps.log)));
    },
  );
}

/** The status line is long gone when a check fails on its way, so the last line says it. */
async function* toLines(events: AsyncIterable<FsckEvent>, log: ApiLog): AsyncGenerator<string> {
  try {
    for await (const event of events) yield `${JSON.stringify(event)}\n`;
  } catch (error) {
    const code = error instanceof ProvostError ? error.code : 'http.internal';
    log.error({ code, route: '/api/v1/fsck' }, 'ledger check failed');
    yield `${JSON.stringify({ kind: 'failed', code })}\n`;
  }
}

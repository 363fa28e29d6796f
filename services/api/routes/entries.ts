import { Type } from 'typebox';
import { toBase64, toHex } from '../../core/bytes.ts';
import { problem } from '../../core/errors.ts';
import { EVENT_TYPES } from '../../core/events/catalogue.ts';
import { formatTlogProof } from '../../core/note/tlog-proof.ts';
import type { EntryPage, Ledger } from '../../ledger/ledger.ts';
import type { ApiApp } from '../api-app.ts';
import { negotiate } from '../http/negotiate.ts';
import { sendProblem } from '../http/problem-response.ts';
import { EntryPageView, EntryView, toEntryView } from '../schemas/entry.ts';
import { DEFAULT_LIMIT, EntryParams, entryFilters, given, page } from '../schemas/query.ts';

const InclusionProof = Type.Object(
  {
    shard: Type.Integer(),
    index: Type.Integer(),
    size: Type.Integer({ description: 'Size of the tree that the proof leads to' }),
    leaf: Type.String({ description: 'The leaf data, base64: canonical JSON of the event' }),
    leafHash: Type.String({ description: 'RFC 6962 leaf hash, hex' }),
    hashes: Type.Array(Type.String(), { description: 'Audit path, leaf to root, base64' }),
    checkpoint: Type.String({ description: 'Signed note of the tree (C2SP tlog-checkpoint)' }),
  },
  { description: 'Everything that is needed to verify the entry offline, but the public key' },
);

/** `/api/v1/entries`, `/api/v1/findings`: what was accepted, and the proof that it is still there. */
export function entryRoutes(
  app: ApiApp,
  deps: {
    readonly ledger: Pick<Ledger, 'search' | 'entry' | 'checkpointCovering' | 'inclusionProof'>;
  },
): void {
  const { ledger } = deps;

  app.get(
    '/api/v1/entries',
    {
      config: { access: ['viewer'] },
      schema: {
        operationId: 'listEntries',
        tags: ['Ledger'],
        summary: 'Find entries',
        description: 'Entries that fit every filter, newest first unless asked otherwise.',
        querystring: Type.Object(
          {
            ...entryFilters,
            type: Type.Optional(
              Type.Array(Type.Enum([...EVENT_TYPES]), {
                maxItems: EVENT_TYPES.length,
                description: 'Event type; may be repeated',
              }),
            ),
            ...page,
          },
          { additionalProperties: false },
        ),
        response: { 200: EntryPageView },
      },
    },
    async (request) => {
      const { type, order = 'newest', limit = DEFAULT_LIMIT, ...filters } = request.query;
      const types = type === undefined ? {} : { types: type };
      return toPageView(await ledger.search({ ...given(filters), ...types, order, limit }));
    },
  );

  app.get(
    '/api/v1/findings',
    {
      config: { access: ['viewer'] },
      schema: {
        operationId: 'listFindings',
        tags: ['Alerts'],
        summary: 'Find what detectors said',
        description: 'Entries of type `finding.raised`, by the same filters as entries.',
        querystring: Type.Object({ ...entryFilters, ...page }, { additionalProperties: false }),
        response: { 200: EntryPageView },
      },
    },
    async (request) => {
      const { order = 'newest', limit = DEFAULT_LIMIT, ...filters } = request.query;
      const types = ['finding.raised'] as const;
      return toPageView(await ledger.search({ ...given(filters), types, order, limit }));
    },
  );

  app.get(
    '/api/v1/entries/:shard/:index',
    {
      config: { access: ['viewer'] },
      schema: {
        operationId: 'getEntry',
        tags: ['Ledger'],
        summary: 'Read an entry',
        params: EntryParams,
        response: { 200: EntryView },
      },
    },
    async (request, reply) => {
      const { shard, index } = request.params;
      const entry = await ledger.entry(shard, index);
      return entry === undefined ? sendProblem(reply, noEntry(shard, index)) : toEntryView(entry);
    },
  );

  app.get(
    '/api/v1/entries/:shard/:index/proof',
    {
      config: { access: ['viewer'] },
      schema: {
        operationId: 'getEntryProof',
        tags: ['Ledger'],
        summary: 'Prove an entry',
        description:
          'The inclusion proof of the entry in the smallest signed tree that covers it. As `text/plain` it is a ' +
          'C2SP tlog-proof, to be kept as a `.tlog-proof` file and checked offline with `provost verify-proof`.',
        params: EntryParams,
        produces: ['application/json'],
        response: {
          200: {
            description: 'The proof',
            content: {
              'application/json': { schema: InclusionProof },
              'text/plain': { schema: Type.String({ description: 'C2SP tlog-proof v1' }) },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { shard, index } = request.params;
      const entry = await ledger.entry(shard, index);
      if (entry === undefined) return sendProblem(reply, noEntry(shard, index));
      const checkpoint = await ledger.checkpointCovering(shard, index);
      if (checkpoint === undefined) {
        const message = 'the entry is stored and its checkpoint is being signed; ask again';
        return sendProblem(reply, problem('ledger.checkpoint-missing', message));
      }
      const path = await ledger.inclusionProof(shard, index, checkpoint.size);
      if (!path.ok) return sendProblem(reply, path.problem);
      const { size, note } = checkpoint;
      if (negotiate(request.headers.accept, ['application/json', 'text/plain']) === 'text/plain') {
        const proof = formatTlogProof({ index, hashes: path.value, checkpoint: note });
        return reply.type('text/plain; charset=utf-8').serializer(String).send(proof);
      }
      return reply.send({
        shard,
        index,
        size,
        leaf: toBase64(entry.leaf),
        leafHash: toHex(entry.leafHash),
        hashes: path.value.map(toBase64),
        checkpoint: note,
      });
    },
  );
}

function toPageView({ entries, next }: EntryPage) {
  return { entries: entries.map(toEntryView), ...(next !== undefined && { next }) };
}

function noEntry(shard: number, index: number) {
  return problem('ledger.entry-missing', `shard ${shard} has no entry ${index}`, 'index');
}

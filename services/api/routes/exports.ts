import type { Readable } from 'node:stream';
import { Type } from 'typebox';
import type { ApiApp } from '../api-app.ts';
import { callerOf } from '../auth/guard-routes.ts';
import { checkPeriod } from '../http/check-period.ts';
import { sendProblem } from '../http/problem-response.ts';
import type { Exports } from '../ports.ts';
import { Period } from '../schemas/query.ts';

/** `POST /api/v1/exports`: the signed, proof-carrying pack of a project and a period. */
export function exportRoutes(app: ApiApp, deps: { readonly exports: Exports }): void {
  app.post(
    '/api/v1/exports',
    {
      config: { access: ['responder'] },
      schema: {
        operationId: 'createExport',
        tags: ['Evidence'],
        summary: 'Export a compliance pack',
        description:
          'A zip with events, findings, checkpoints and a proof per event, signed; `provost verify` checks it ' +
          'offline. The same ledger entries give the same bytes. That it was made is an event.',
        body: Type.Object(
          {
            ...Period.properties,
            audit: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 128,
                description: 'Audit of this project and period whose report goes into the pack',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: {
          200: {
            description:
              'The pack; `provost-export-id`, `provost-entries` and `repr-digest` describe it',
            content: {
              'application/zip': {
                schema: Type.Unsafe<Readable>({
                  type: 'string',
                  contentMediaType: 'application/zip',
                }),
              },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const wrong = checkPeriod(request.body);
      if (wrong !== undefined) return sendProblem(reply, wrong);
      const { audit, ...scope } = request.body;
      const by = callerOf(request).name;
      const pack = await deps.exports.create({
        ...scope,
        by,
        ...(audit === undefined ? {} : { auditId: audit }),
      });
      if (!pack.ok) return sendProblem(reply, pack.problem);
      const { exportId, digest, entries, size, content } = pack.value;
      return reply
        .headers({
          'content-length': size,
          'content-disposition': 'attachment; filename="pack.zip"',
          'repr-digest': toReprDigest(digest),
          'provost-export-id': exportId,
          'provost-entries': entries,
        })
        .type('application/zip')
        .send(content);
    },
  );
}

/** RFC 9530: the digest as a structured field of bytes. */
function toReprDigest(digest: string): string {
  const hex = digest.replace(/^sha256:/, '');
  return `sha-256=:${Buffer.from(hex, 'hex').toString('base64')}:`;
}

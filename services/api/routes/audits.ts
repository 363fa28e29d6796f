import { Type } from 'typebox';
import { problem } from '../../core/errors.ts';
import type { ApiApp } from '../api-app.ts';
import { callerOf } from '../auth/guard-routes.ts';
import { checkPeriod } from '../http/check-period.ts';
import { negotiate } from '../http/negotiate.ts';
import { sendProblem } from '../http/problem-response.ts';
import type { Audits } from '../ports.ts';
import { Period } from '../schemas/query.ts';

const AuditSummary = Type.Object(
  {
    auditId: Type.String(),
    project: Type.String(),
    from: Type.String(),
    to: Type.String(),
    completedAt: Type.String(),
    checks: Type.Integer({ description: 'Checks that were made' }),
    deviations: Type.Integer({ description: 'What must be corrected or accepted' }),
  },
  { description: 'An audit that has ended; its report is at its own address' },
);

/** A report brings its own style and images, and runs nothing. */
const REPORT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'; sandbox";

/** `/api/v1/audits`: run one, read its report. */
export function auditRoutes(app: ApiApp, deps: { readonly audits: Audits }): void {
  app.post(
    '/api/v1/audits',
    {
      config: { access: ['responder'] },
      schema: {
        operationId: 'runAudit',
        tags: ['Evidence'],
        summary: 'Run an audit',
        description:
          'Asks whether the ledger is whole, whether it explains every current tag, and how findings were handled.',
        body: Period,
        response: { 201: AuditSummary },
      },
    },
    async (request, reply) => {
      const wrong = checkPeriod(request.body);
      if (wrong !== undefined) return sendProblem(reply, wrong);
      const audit = await deps.audits.run({ ...request.body, by: callerOf(request).name });
      if (!audit.ok) return sendProblem(reply, audit.problem);
      const { json: _json, html: _html, ...summary } = audit.value;
      return reply
        .code(201)
        .header('location', `/api/v1/audits/${encodeURIComponent(summary.auditId)}`)
        .send(summary);
    },
  );

  app.get(
    '/api/v1/audits/:id',
    {
      config: { access: ['viewer'] },
      schema: {
        operationId: 'getAuditReport',
        tags: ['Evidence'],
        summary: 'Read an audit report',
        description: 'For programs as JSON, for people as HTML: both come from one model.',
        params: Type.Object({
          id: Type.String({ minLength: 1, maxLength: 256, description: 'Audit' }),
        }),
        response: {
          200: {
            description: 'The report',
            content: {
              'application/json': { schema: Type.Object({}, { description: 'Report model' }) },
              'text/html': { schema: Type.String() },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const report = await deps.audits.find(request.params.id);
      if (report === undefined) {
        return sendProblem(reply, problem('http.not-found', 'no such audit', 'id'));
      }
      const format = negotiate(request.headers.accept, ['application/json', 'text/html']);
      reply.serializer(String);
      return format === 'text/html'
        ? reply
            .header('content-security-policy', REPORT_POLICY)
            .type('text/html; charset=utf-8')
            .send(report.html)
        : reply.type('application/json; charset=utf-8').send(report.json);
    },
  );
}

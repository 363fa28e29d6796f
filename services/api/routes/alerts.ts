import { Type } from 'typebox';
import type { AlertBook } from '../../alerts/alert-book.ts';
import { problem } from '../../core/errors.ts';
import { Timestamp } from '../../core/events/fields.ts';
import { DISPOSITIONS } from '../../core/finding.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { ApiApp } from '../api-app.ts';
import { callerOf } from '../auth/guard-routes.ts';
import { sendProblem } from '../http/problem-response.ts';
import { ALERT_STATUSES, AlertView, IncidentView } from '../schemas/alert.ts';
import { DEFAULT_LIMIT, given, page } from '../schemas/query.ts';

const AlertPageView = Type.Object(
  { alerts: Type.Array(AlertView), next: Type.Optional(Type.String()) },
  { description: 'A page of alerts' },
);

const AlertParams = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 256, description: 'Alert' }),
});

const reason = Type.String({ minLength: 1, maxLength: 4096, description: 'Why, for the record' });

/** `/api/v1/alerts` and `/api/v1/incidents`: what needs a person, and what people decided. */
export function alertRoutes(app: ApiApp, deps: { readonly alertBook: AlertBook }): void {
  const { alertBook } = deps;

  app.get(
    '/api/v1/alerts',
    {
      config: { access: ['viewer'] },
      schema: {
        operationId: 'listAlerts',
        tags: ['Alerts'],
        summary: 'List alerts',
        description: 'Newest first.',
        querystring: Type.Object(
          {
            project: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
            status: Type.Optional(Type.Enum(ALERT_STATUSES, { description: 'Where it stands' })),
            disposition: Type.Optional(
              Type.Enum(DISPOSITIONS, { description: 'What it asks of people' }),
            ),
            rule: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
            ...page,
          },
          { additionalProperties: false },
        ),
        response: { 200: AlertPageView },
      },
    },
    async (request, reply) => {
      const { limit = DEFAULT_LIMIT, ...filters } = request.query;
      const alerts = await alertBook.list({ ...given(filters), limit });
      return alerts.ok
        ? reply.send({ ...alerts.value, alerts: [...alerts.value.alerts] })
        : sendProblem(reply, alerts.problem);
    },
  );

  app.get(
    '/api/v1/alerts/:id',
    {
      config: { access: ['viewer'] },
      schema: {
        operationId: 'getAlert',
        tags: ['Alerts'],
        summary: 'Read an alert',
        params: AlertParams,
        response: { 200: AlertView },
      },
    },
    async (request, reply) => {
      const alert = await alertBook.find(request.params.id);
      return alert ?? sendProblem(reply, problem('alert.not-found', 'no such alert', 'id'));
    },
  );

  app.get(
    '/api/v1/incidents/:id',
    {
      config: { access: ['viewer'] },
      schema: {
        operationId: 'getIncident',
        tags: ['Alerts'],
        summary: 'Read an incident',
        description: 'All alerts that belong together; people are notified once per incident.',
        params: Type.Object({
          id: Type.String({ minLength: 1, maxLength: 256, description: 'Incident' }),
        }),
        response: { 200: IncidentView },
      },
    },
    async (request, reply) => {
      const incident = await alertBook.incident(request.params.id);
      return incident ?? sendProblem(reply, problem('http.not-found', 'no such incident', 'id'));
    },
  );

  for (const { verb, summary } of [
    { verb: 'acknowledge', summary: 'Take an alert on' },
    { verb: 'resolve', summary: 'Close an alert' },
  ] as const) {
    app.post(
      `/api/v1/alerts/:id/${verb}`,
      {
        config: { access: ['responder'] },
        schema: {
          operationId: `${verb}Alert`,
          tags: ['Alerts'],
          summary,
          description:
            'The decision is an event with the name of the token; it is durable with the answer.',
          params: AlertParams,
          body: Type.Object({ reason: Type.Optional(reason) }, { additionalProperties: false }),
          response: { 200: AlertView },
        },
      },
      async (request, reply) => {
        const by = callerOf(request).name;
        const { id: alertId } = request.params;
        const why = given({ reason: request.body?.reason });
        const decided: Outcome<AlertView> = await alertBook.decide({
          kind: verb,
          alertId,
          by,
          ...why,
        });
        return decided.ok ? reply.send(decided.value) : sendProblem(reply, decided.problem);
      },
    );
  }

  app.post(
    '/api/v1/alerts/:id/suppress',
    {
      config: { access: ['responder'] },
      schema: {
        operationId: 'suppressAlert',
        tags: ['Alerts'],
        summary: 'Silence an alert for a while',
        description:
          'Needs a reason and an end. What is worse than the alert was breaks the silence.',
        params: AlertParams,
        body: Type.Object({ reason, until: Timestamp }, { additionalProperties: false }),
        response: { 200: AlertView },
      },
    },
    async (request, reply) => {
      const decided = await alertBook.decide({
        kind: 'suppress',
        alertId: request.params.id,
        by: callerOf(request).name,
        ...request.body,
      });
      return decided.ok ? reply.send(decided.value) : sendProblem(reply, decided.problem);
    },
  );
}

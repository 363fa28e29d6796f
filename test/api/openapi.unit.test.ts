import { Compile } from 'typebox/schema';
import { describe, expect, it } from 'vitest';
import { EVENT_EXAMPLE } from '../../services/api/schemas/cloud-event.ts';
import { EVENT_SCHEMAS, EVENT_TYPES, isEventType } from '../../services/core/events/catalogue.ts';
import { validateSourceEvent } from '../../services/core/events/validate-event.ts';
import { createHarness } from './api-harness.ts';
import { documentOf, parseOpenApi } from './openapi-support.ts';

const DOCUMENT_MEMBERS = ['openapi', 'info', 'servers', 'paths', 'components', 'security', 'tags'];
const OPERATION_MEMBERS = [
  'tags',
  'summary',
  'description',
  'operationId',
  'parameters',
  'requestBody',
  'responses',
  'security',
];
const PARAMETER_MEMBERS = ['name', 'in', 'description', 'required', 'schema', 'example'];
const TYPES = ['object', 'array', 'string', 'integer', 'number', 'boolean', 'null'];

/** Walks every object of a value; the path names the place. */
function walk(value: unknown, visit: (node: object, path: string) => void, path = ''): void {
  if (typeof value !== 'object' || value === null) return;
  visit(value, path);
  for (const [name, member] of Object.entries(value)) walk(member, visit, `${path}/${name}`);
}

describe('GET /openapi.json', () => {
  it('is an OpenAPI 3.1 document with nothing that 3.1 does not know', async () => {
    const { app } = await createHarness();
    const answer = await app.inject({ url: '/openapi.json' });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    const document = answer.json();
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: 'Provost', version: '0.0.0-test' });
    expect(Object.keys(document).filter((name) => !DOCUMENT_MEMBERS.includes(name))).toEqual([]);
    for (const operation of parseOpenApi(app)) {
      const { method: _method, path: _path, route, ...members } = operation;
      const strange = Object.keys(members).filter((name) => !OPERATION_MEMBERS.includes(name));
      expect([route, strange]).toEqual([route, []]);
    }
  });

  it('tells every operation apart and says of each what it is for and what it answers', async () => {
    const { app } = await createHarness();
    const operations = parseOpenApi(app);
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids.every((id) => /^[a-z][A-Za-z]+$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = documentOf(app).tags?.map(({ name }) => name) ?? [];
    for (const operation of operations) {
      expect(operation.summary).toMatch(/^[A-Z]/);
      expect(operation.tags?.every((tag) => tags.includes(tag))).toBe(true);
      expect(Object.keys(operation.responses).some((status) => /^2\d\d$/.test(status))).toBe(true);
      for (const [status, { description, content }] of Object.entries(operation.responses)) {
        expect(status).toMatch(/^(?:[1-5]\d\d|default)$/);
        expect(description).not.toBe('Default Response');
        for (const type of Object.keys(content ?? {})) expect(type).toMatch(/^[a-z]+\/[a-z.+-]+$/);
      }
      expect(operation.responses['default']?.content).toHaveProperty('application/problem+json');
    }
  });

  it('declares every path parameter, once, and no other', async () => {
    const { app } = await createHarness();
    for (const { path, parameters = [], route } of parseOpenApi(app)) {
      const named = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
      const declared = parameters.filter((parameter) => parameter.in === 'path');
      expect([route, declared.map(({ name }) => name)]).toEqual([route, named]);
      expect(declared.every(({ required }) => required === true)).toBe(true);
      for (const parameter of parameters) {
        expect(['path', 'query', 'header']).toContain(parameter.in);
        const strange = Object.keys(parameter).filter((name) => !PARAMETER_MEMBERS.includes(name));
        expect([route, parameter.name, strange]).toEqual([route, parameter.name, []]);
      }
    }
  });

  it('has no reference that leads nowhere, and schemas that are JSON Schema', async () => {
    const { app } = await createHarness();
    const document = documentOf(app);
    const names = Object.keys(document.components.schemas);
    expect(names.filter((name) => !/^[A-Za-z0-9._-]+$/.test(name))).toEqual([]);
    const wrong: string[] = [];
    walk(document, (node, path) => {
      if ('$ref' in node && typeof node.$ref === 'string') {
        const name = node.$ref.replace('#/components/schemas/', '');
        if (!names.includes(name)) wrong.push(`${path}: ${node.$ref}`);
      }
      if ('nullable' in node && path.includes('schema')) wrong.push(`${path}: nullable is 3.0`);
      if ('type' in node && typeof node.type === 'string' && path.includes('/schema/')) {
        const isMember = path.endsWith('/properties') || path.endsWith('/examples/0');
        if (!isMember && !TYPES.includes(node.type)) wrong.push(`${path}: type ${node.type}`);
      }
    });
    expect(wrong).toEqual([]);
    for (const schema of Object.values(document.components.schemas)) {
      expect(() => Compile(JSON.parse(JSON.stringify(schema)))).not.toThrow();
    }
  });

  it('asks only for a security scheme that it describes', async () => {
    const { app } = await createHarness();
    const { components } = JSON.parse(JSON.stringify(app.swagger()));
    for (const { security = [] } of parseOpenApi(app)) {
      for (const scheme of security.flatMap(Object.keys)) {
        expect(components.securitySchemes[scheme]).toMatchObject({
          type: 'http',
          scheme: 'bearer',
        });
      }
    }
  });

  it('describes the data of every event type', async () => {
    const { app } = await createHarness();
    const names = Object.keys(documentOf(app).components.schemas).filter(isEventType);
    expect(names.sort()).toEqual([...EVENT_TYPES].sort());
    for (const type of EVENT_TYPES) {
      const { body } = await app.inject({ url: `/api/v1/schemas/${type}` });
      expect(JSON.parse(body)).toMatchObject({
        $id: `urn:provost:schema:${type}:1`,
        ...JSON.parse(JSON.stringify(EVENT_SCHEMAS[type])),
      });
    }
    const list = (await app.inject({ url: '/api/v1/schemas' })).json();
    expect(list.schemas).toHaveLength(EVENT_TYPES.length);
  });

  it('shows an example event that would be accepted', () => {
    expect(validateSourceEvent(JSON.parse(JSON.stringify(EVENT_EXAMPLE))).ok).toBe(true);
  });

  it('is not sent again to a client that has it', async () => {
    const { app } = await createHarness();
    for (const url of ['/openapi.json', '/']) {
      const first = await app.inject({ url });
      const etag = String(first.headers['etag']);
      const second = await app.inject({ url, headers: { 'if-none-match': etag } });
      expect([second.statusCode, second.body]).toEqual([304, '']);
    }
  });
});

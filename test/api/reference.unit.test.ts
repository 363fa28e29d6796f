import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { curlExample } from '../../services/api/reference/curl-example.ts';
import { html, prose } from '../../services/api/reference/html.ts';
import {
  type OpenApiDocument,
  operationsOf,
} from '../../services/api/reference/openapi-document.ts';
import { renderReference } from '../../services/api/reference/render-reference.ts';
import { createHarness } from './api-harness.ts';
import { documentOf } from './openapi-support.ts';

const HOSTILE = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;\`x\``;

describe('the API reference', () => {
  it('shows every operation, parameter and schema of the document', async () => {
    const { app } = await createHarness();
    const document = documentOf(app);
    const { body } = await app.inject({ url: '/' });
    for (const { operationId, path, parameters = [] } of operationsOf(document)) {
      expect(body).toContain(`id="operation-${operationId}"`);
      expect(body).toContain(`<code>${path}</code>`);
      for (const { name } of parameters) expect(body).toContain(`<code>${name}</code>`);
    }
    for (const name of Object.keys(document.components.schemas)) {
      expect(body).toContain(`id="schema-${name}"`);
    }
  });

  it('has no link inside the page that leads nowhere, and no id twice', async () => {
    const { app } = await createHarness();
    const { body } = await app.inject({ url: '/' });
    const ids = [...body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...body.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('loads nothing from anywhere and runs only the script that its policy names', async () => {
    const { app } = await createHarness();
    const answer = await app.inject({ url: '/' });
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.body).not.toMatch(/<(?:link|img|iframe|object|embed)\b|\bsrc=|@import|url\(/);
    expect(answer.body).not.toMatch(/\bon[a-z]+=|\bstyle=/);
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    for (const element of ['script', 'style']) {
      const blocks = [
        ...answer.body.matchAll(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`, 'g')),
      ];
      expect(blocks).toHaveLength(1);
      const digest = createHash('sha256')
        .update(blocks[0]?.[1] ?? '')
        .digest('base64');
      expect(policy).toContain(`${element}-src 'sha256-${digest}'`);
    }
  });

  it('can be used by ear and keyboard: language, landmarks, labels, headings in order', async () => {
    const { app } = await createHarness();
    const { body } = await app.inject({ url: '/' });
    expect(body).toContain('<html lang="en">');
    expect(body).toContain('<a class="skip" href="#main">');
    expect(body).toContain('<label for="search">');
    expect(body).toContain('role="status"');
    for (const landmark of ['<header>', '<nav aria-label=', '<main id="main"']) {
      expect(body).toContain(landmark);
    }
    expect([...body.matchAll(/<h1[ >]/g)]).toHaveLength(1);
    const levels = [...body.matchAll(/<h([1-6])[ >]/g)].map(([, level]) => Number(level));
    const jumps = levels.filter((level, at) => level > (levels[at - 1] ?? 0) + 1);
    expect(jumps).toEqual([]);
  });

  it('teaches what to send first, with a command', async () => {
    const { app } = await createHarness();
    const { body } = await app.inject({ url: '/' });
    expect(body).toContain('Start here');
    expect(body).toContain('content-type: application/cloudevents+json');
    expect(body).toContain('PROVOST_TOKEN=pvt_');
  });

  it('escapes every text of the document', () => {
    const schema = {
      description: HOSTILE,
      properties: { [HOSTILE]: { type: HOSTILE, description: HOSTILE, enum: [HOSTILE] } },
      examples: [HOSTILE],
    };
    const hostile: OpenApiDocument = {
      info: { title: HOSTILE, version: HOSTILE, description: HOSTILE },
      tags: [{ name: HOSTILE, description: HOSTILE }],
      paths: {
        [`/${HOSTILE}/{x}`]: {
          post: {
            operationId: HOSTILE,
            summary: HOSTILE,
            description: HOSTILE,
            tags: [HOSTILE],
            parameters: [{ name: HOSTILE, in: HOSTILE, description: HOSTILE, schema }],
            requestBody: { content: { [HOSTILE]: { schema } } },
            responses: { [HOSTILE]: { description: HOSTILE, content: { [HOSTILE]: { schema } } } },
            security: [{ bearer: [HOSTILE] }],
          },
        },
      },
      components: { schemas: { [HOSTILE]: schema, [`a.${HOSTILE}`]: { $ref: HOSTILE } } },
    };
    const { markup } = renderReference(hostile);
    expect(markup).not.toContain('<script>alert');
    expect(markup).not.toContain('<img');
    expect([...markup.matchAll(/<script>/g)]).toHaveLength(1);
    expect(markup.replace(/<[^>]*>/g, '')).not.toContain('"\'>');
  });

  it('writes commands that a shell reads as they were meant', () => {
    const document: OpenApiDocument = {
      info: { title: 't', version: '1' },
      paths: {
        '/a/{name}': {
          post: {
            operationId: 'x',
            requestBody: {
              content: {
                'application/json': { schema: { examples: [{ quote: "it's $HOME `id`" }] } },
              },
            },
            responses: {},
            security: [{ bearer: ['admin'] }],
          },
        },
      },
      components: { schemas: {} },
    };
    const [operation] = operationsOf(document);
    const command = operation === undefined ? '' : curlExample(operation, document);
    const script = `curl() { printf '%s\\n' "$@"; }\n${command}`;
    const env = { PROVOST_URL: 'http://h', PROVOST_TOKEN: 't' };
    const words = execFileSync('/bin/sh', ['-c', script], { env }).toString();
    expect(words).toContain('http://h/a/genomics%2Faligner\n-H\nauthorization: Bearer t\n');
    expect(words).toContain(`"quote": "it's $HOME \`id\`"`);
  });
});

describe('markup', () => {
  it('escapes texts and keeps markup', () => {
    expect(html`<p>${'<&>"\''}${html`<b>${1}</b>`}${undefined}</p>`.markup).toBe(
      '<p>&lt;&amp;&gt;&quot;&#39;<b>1</b></p>',
    );
  });

  it('reads backticks as code, and a lonely one as itself', () => {
    expect(prose('a `b<` c').markup).toBe('a <code>b&lt;</code> c');
    expect(prose('a `b').markup).toBe('a `b');
    expect(prose(undefined).markup).toBe('');
  });
});

import { createHash } from 'node:crypto';
import { anchor, type Html, html, prose } from './html.ts';
import { type OpenApiDocument, operationsOf, type Schema } from './openapi-document.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';
import { renderCommand, renderMethod, renderOperation } from './render-operation.ts';
import { renderSchema } from './render-schema.ts';

/** A page and the only policy under which its own style and script run. */
export type ReferencePage = { readonly markup: string; readonly contentSecurityPolicy: string };

const FIRST_EVENT = `export PROVOST_URL=http://127.0.0.1:8080 PROVOST_TOKEN=pvt_…

curl "$PROVOST_URL/api/v1/events" \\
  -H "authorization: Bearer $PROVOST_TOKEN" \\
  -H 'content-type: application/cloudevents+json' \\
  -d '{
    "specversion": "1.0",
    "id": "my-first-push",
    "source": "https://registry.example.org",
    "type": "artifact.pushed",
    "data": {
      "repository": "genomics/aligner",
      "digest": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      "tags": ["1.4.2"],
      "actor": { "name": "alice" }
    }
  }'`;

const READ_BACK = `curl "$PROVOST_URL/api/v1/entries?repository=genomics/aligner" \\
  -H "authorization: Bearer $PROVOST_TOKEN"`;

const PROVE = `curl "$PROVOST_URL/api/v1/entries/0/0/proof" \\
  -H "authorization: Bearer $PROVOST_TOKEN" \\
  -H 'accept: text/plain' -o first.tlog-proof`;

/**
 * Renders the OpenAPI document as one self-contained page: no request leaves it, every text is escaped, and it can be
 * read and used without its script.
 */
export function renderReference(document: OpenApiDocument): ReferencePage {
  const { info } = document;
  const groups = groupByTag(document);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${info.title} API reference</title>
<style>${trusted(PAGE_STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the reference</a>
<header><p class="brand"><a href="#top">${info.title}</a> <span>API ${info.version}</span></p>
<form role="search" hidden><label for="search">Search</label><input id="search" type="search" autocomplete="off" spellcheck="false" placeholder="Operations and event types"><kbd aria-hidden="true">/</kbd></form>
<p class="raw"><a href="/openapi.json">openapi.json</a></p></header>
<nav aria-label="Operations"><ul>
<li><a href="#start">Start here</a></li>
${groups.map(
  ({ name, operations }) =>
    html`<li><span class="tag">${name}</span><ul>${operations.map(
      ({ operationId, method, path, summary }) =>
        html`<li data-search="${`${method} ${path} ${summary ?? ''} ${operationId}`.toLowerCase()}"><a href="#${anchor('operation', operationId)}">${renderMethod(method)} ${summary ?? operationId}</a></li>`,
    )}</ul></li>`,
)}
<li><a href="#schemas">Shapes</a></li>
<li><a href="#event-types">Event types</a></li>
</ul></nav>
<main id="main" tabindex="-1">
<section id="top"><h1>${info.title} API</h1><p class="lead">${prose(info.description)}</p></section>
${renderStart()}
<p id="found" role="status"></p>
${groups.map(
  ({ name, description, operations }) =>
    html`<section class="group" aria-labelledby="${anchor('tag', name)}"><h2 id="${anchor('tag', name)}">${name}</h2><p class="lead">${prose(description)}</p>${operations.map((operation) => renderOperation(operation, document))}</section>`,
)}
${renderComponents('schemas', 'Shapes', 'What several operations share.', shapes(document, false))}
${renderComponents('event-types', 'Event types', 'The data of every event, by type. Sources state the first groups; what Provost alone may say is marked in its schema list.', shapes(document, true))}
</main>
<script>${trusted(PAGE_SCRIPT)}</script>
</body>
</html>`;
  return { markup: page.markup, contentSecurityPolicy: POLICY };
}

const POLICY = [
  "default-src 'none'",
  `style-src ${sourceHash(PAGE_STYLE)}`,
  `script-src ${sourceHash(PAGE_SCRIPT)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function renderStart(): Html {
  return html`<section id="start" aria-labelledby="start-title"><h2 id="start-title">Start here</h2>
<p>A ledger without entries has nothing to judge. Three commands fill the first line of it.</p>
<ol class="steps">
<li><h3>Send an event</h3><p>Any source can state a fact as a CloudEvent. The answer is <code>202</code> once the event is on disk; sending it again is harmless.</p>${renderCommand(FIRST_EVENT, 'Command that sends an event')}</li>
<li><h3>Read it back</h3><p>A moment later it is an entry, with its place in the ledger. This needs a token with the role <strong>viewer</strong>.</p>${renderCommand(READ_BACK, 'Command that reads entries')}</li>
<li><h3>Keep the proof</h3><p>The proof shows, offline and for ever, that the entry was there.</p>${renderCommand(PROVE, 'Command that stores a proof')}</li>
</ol>
<p>A registry can send for you: point its notifications at <a href="#operation-receiveDistributionNotifications">its hook</a>.</p></section>`;
}

type Shape = readonly [name: string, schema: Schema];

function renderComponents(id: string, title: string, lead: string, all: readonly Shape[]): Html {
  return html`<section class="group" aria-labelledby="${id}"><h2 id="${id}">${title}</h2><p class="lead">${lead}</p>${all.map(
    ([name, schema]) =>
      html`<details class="component" id="${anchor('schema', name)}" data-search="${`${name} ${schema.description ?? ''}`.toLowerCase()}"><summary><code>${name}</code> ${prose(schema.description)}</summary>${renderSchema(schema)}</details>`,
  )}</section>`;
}

/** Event types have a dot in their names; shapes of the API have none. */
function shapes(document: OpenApiDocument, ofEvents: boolean): readonly Shape[] {
  return Object.entries(document.components.schemas).filter(
    ([name]) => name.includes('.') === ofEvents,
  );
}

function groupByTag(document: OpenApiDocument) {
  const operations = operationsOf(document);
  return (document.tags ?? []).map(({ name, description }) => ({
    name,
    description,
    operations: operations.filter(({ tags }) => tags?.includes(name)),
  }));
}

/** Our own constants, which a policy hash vouches for. */
function trusted(markup: string): Html {
  return { markup };
}

function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

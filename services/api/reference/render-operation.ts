import { curlExample } from './curl-example.ts';
import { anchor, type Html, html, prose } from './html.ts';
import type { Content, OpenApiDocument, Parameter, PlacedOperation } from './openapi-document.ts';
import { renderSchema, renderType } from './render-schema.ts';

/** One operation: who may call it, what it takes, what it answers, and a command to try it. */
export function renderOperation(operation: PlacedOperation, document: OpenApiDocument): Html {
  const id = anchor('operation', operation.operationId);
  const words = `${operation.method} ${operation.path} ${operation.summary ?? ''} ${operation.operationId}`;
  return html`<section class="operation" id="${id}" aria-labelledby="${id}-title" data-search="${words.toLowerCase()}">
<h3 id="${id}-title"><a class="self" href="#${id}">${operation.summary ?? operation.operationId}</a></h3>
<p class="route">${renderMethod(operation.method)} <code>${operation.path}</code></p>
<p class="access">${renderAccess(operation)}</p>
${operation.description === undefined ? undefined : html`<p>${prose(operation.description)}</p>`}
${renderParameters(operation.parameters ?? [])}
${operation.requestBody === undefined ? undefined : renderContent('Body', operation.requestBody.content)}
${renderResponses(operation)}
${renderCommand(curlExample(operation, document), `Command for ${operation.summary ?? operation.operationId}`)}
</section>`;
}

export function renderMethod(method: string): Html {
  return html`<span class="method ${method}">${method.toUpperCase()}</span>`;
}

/** A command with a button that copies it; the button appears where a script can run. */
export function renderCommand(command: string, label: string): Html {
  return html`<div class="command"><pre tabindex="0" role="region" aria-label="${label}"><code>${command}</code></pre><button type="button" class="copy" hidden>Copy</button></div>`;
}

function renderAccess({ security = [] }: PlacedOperation): Html {
  const roles = security.flatMap((scheme) => scheme['bearer'] ?? []);
  if (security.length === 0) return html`Needs no token.`;
  return html`Needs a token with the role ${roles.map(
    (role, index) => html`${index === 0 ? '' : ' or '}<strong>${role}</strong>`,
  )}.`;
}

function renderParameters(parameters: readonly Parameter[]): Html | undefined {
  if (parameters.length === 0) return undefined;
  return html`<h4>Parameters</h4><div class="scroll" tabindex="0" role="region" aria-label="Parameters"><table><thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead><tbody>${parameters.map(
    ({ name, in: place, required, schema = {}, description }) =>
      html`<tr><th scope="row"><code>${name}</code>${
        required === true ? html` <span class="required">required</span>` : undefined
      }</th><td>${place}</td><td class="type">${renderType(schema)}</td><td>${prose(
        description ?? schema.description,
      )}</td></tr>`,
  )}</tbody></table></div>`;
}

function renderResponses({ responses }: PlacedOperation): Html {
  return html`<h4>Answers</h4>${Object.entries(responses).map(
    ([status, { description, content }]) =>
      html`<details class="answer"><summary><code>${status === 'default' ? 'otherwise' : status}</code> ${prose(
        description,
      )}</summary>${renderContent(undefined, content ?? {})}</details>`,
  )}`;
}

function renderContent(title: string | undefined, content: Content): Html {
  return html`${title === undefined ? undefined : html`<h4>${title}</h4>`}${Object.entries(
    content,
  ).map(
    ([mediaType, { schema }]) =>
      html`<p class="media"><code>${mediaType}</code></p>${
        schema?.description === undefined ? undefined : html`<p>${prose(schema.description)}</p>`
      }${schema === undefined ? undefined : renderSchema(schema)}`,
  )}`;
}

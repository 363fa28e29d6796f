import { anchor, type Html, html, prose } from './html.ts';
import { componentName, type Schema } from './openapi-document.ts';

const MAX_VALUES = 12;

/** A schema as a list of its members, each with type, limits and meaning; references are links. */
export function renderSchema(schema: Schema): Html {
  const inner = schema.type === 'array' && schema.items ? schema.items : schema;
  const members = Object.entries(inner.properties ?? {});
  const head = html`<p class="shape">${renderType(schema)}</p>`;
  if (members.length === 0) return inner.$ref === undefined ? html`${head}` : head;
  return html`${schema === inner ? undefined : head}<ul class="members">${members.map(
    ([name, member]) => renderMember(name, member, inner.required?.includes(name) ?? false),
  )}</ul>`;
}

function renderMember(name: string, member: Schema, required: boolean): Html {
  const nested = member.type === 'array' && member.items ? member.items : member;
  const hasMembers = Object.keys(nested.properties ?? {}).length > 0;
  return html`<li><code class="name">${name}</code> <span class="type">${renderType(member)}</span>${
    required ? html` <span class="required">required</span>` : undefined
  }${member.description === undefined ? undefined : html`<p>${prose(member.description)}</p>`}${
    hasMembers ? renderSchema(nested) : undefined
  }</li>`;
}

/** The type of a value in a few words. */
export function renderType(schema: Schema): Html {
  if (schema.$ref !== undefined) {
    const name = componentName(schema.$ref);
    return html`<a href="#${anchor('schema', name)}">${name}</a>`;
  }
  if (schema.enum !== undefined) return renderValues(schema.enum);
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.anyOf !== undefined) {
    return joined(schema.anyOf.map(renderType), ' or ');
  }
  if (schema.type === 'array') {
    return html`list${limits(schema.minItems, schema.maxItems)} of ${renderType(schema.items ?? {})}`;
  }
  const type = [schema.type ?? 'any'].flat().join(' or ');
  const bounds =
    type === 'string'
      ? limits(schema.minLength, schema.maxLength)
      : limits(schema.minimum, schema.maximum);
  const fallback =
    schema.default === undefined
      ? undefined
      : html`, default <code>${JSON.stringify(schema.default)}</code>`;
  return html`${type}${bounds}${fallback}`;
}

function renderValues(values: readonly unknown[]): Html {
  const shown = values.map((value) => html`<code>${JSON.stringify(value)}</code>`);
  if (shown.length <= MAX_VALUES) return joined(shown, ' or ');
  return html`<details class="values"><summary>one of ${shown.length} values</summary>${joined(
    shown,
    ', ',
  )}</details>`;
}

function joined(parts: readonly Html[], separator: string): Html {
  return html`${parts.map((part, index) => (index === 0 ? part : html`${separator}${part}`))}`;
}

function limits(minimum: number | undefined, maximum: number | undefined): string {
  const top = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (minimum === undefined && top === undefined) return '';
  if (top === undefined) return ` (${minimum} or more)`;
  return minimum === undefined ? ` (up to ${top})` : ` (${minimum}–${top})`;
}

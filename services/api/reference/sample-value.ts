import { componentName, type OpenApiDocument, type Schema } from './openapi-document.ts';

type Components = OpenApiDocument['components']['schemas'];

const MAX_DEPTH = 8;

/** A value that shows the shape of a schema: its example where it has one, else its required members. */
export function sampleValue(schema: Schema, components: Components, depth = 0): unknown {
  if (depth > MAX_DEPTH) return null;
  const example = schema.example ?? schema.examples?.[0] ?? schema.const ?? schema.default;
  if (example !== undefined) return example;
  if (schema.$ref !== undefined) {
    const target = components[componentName(schema.$ref)];
    return target === undefined ? null : sampleValue(target, components, depth + 1);
  }
  if (schema.enum !== undefined) return schema.enum[0];
  const [alternative] = schema.anyOf ?? [];
  if (alternative !== undefined) return sampleValue(alternative, components, depth + 1);
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name]) => schema.required?.includes(name))
          .map(([name, member]) => [name, sampleValue(member, components, depth + 1)]),
      );
    case 'array':
      return schema.items === undefined ? [] : [sampleValue(schema.items, components, depth + 1)];
    case 'integer':
    case 'number':
      return schema.minimum ?? 0;
    case 'boolean':
      return true;
    case 'string':
      return schema.pattern?.includes('\\d{4}-\\d{2}-\\d{2}') ? '2026-03-01T00:00:00Z' : '…';
  }
  return null;
}

/**
 * Moves every schema with a title to `components.schemas` under that title and leaves a reference in its place, so
 * that a shape is written once however many operations share it. Two different shapes of one title are a bug.
 */
export function hoistSchemas<T>(document: T): T {
  const components = new Map<string, string>();
  const copy = JSON.parse(JSON.stringify(document), (_name, value: unknown) => {
    const title = titleOf(value);
    if (title === undefined) return value;
    const text = JSON.stringify(value);
    const known = components.get(title);
    if (known !== undefined && known !== text) {
      throw new Error(`two different schemas are called ${title}`);
    }
    components.set(title, text);
    return { $ref: `#/components/schemas/${title}` };
  });
  const schemas = Object.fromEntries(
    [...components]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([title, text]) => [title, JSON.parse(text)]),
  );
  return {
    ...copy,
    components: { ...copy.components, schemas: { ...copy.components?.schemas, ...schemas } },
  };
}

/** Titles are for schemas alone; `info` has one, too, and a version beside it. */
function titleOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || 'version' in value) return undefined;
  if (!('title' in value) || typeof value.title !== 'string') return undefined;
  return /^[A-Z][A-Za-z]+$/.test(value.title) ? value.title : undefined;
}

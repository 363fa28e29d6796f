/** What RFC 8259 can say, once parsed. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object: own members only, none of them undefined. */
export type JsonObject = { readonly [member: string]: JsonValue };

/** The deepest nesting that is read or written: `[]` is 1, `[[]]` is 2. */
export const MAX_JSON_DEPTH = 64;

/** Tells an object from an array, a scalar and null. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

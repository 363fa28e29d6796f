import type { ApiApp } from '../../services/api/api-app.ts';
import {
  type OpenApiDocument,
  operationsOf,
  type PlacedOperation,
} from '../../services/api/reference/openapi-document.ts';

/** The document of an app, as a client reads it. */
export function documentOf(app: ApiApp): OpenApiDocument {
  return JSON.parse(JSON.stringify(app.swagger()));
}

/** Every documented operation with its route in one word: `GET /livez`. */
export function parseOpenApi(app: ApiApp): (PlacedOperation & { readonly route: string })[] {
  return operationsOf(documentOf(app)).map((operation) => ({
    ...operation,
    method: operation.method.toUpperCase(),
    route: `${operation.method.toUpperCase()} ${operation.path}`,
  }));
}

import type { OpenApiDocument, PlacedOperation, Schema } from './openapi-document.ts';
import { sampleValue } from './sample-value.ts';

/** A command to paste: the address and the token come from `PROVOST_URL` and `PROVOST_TOKEN`. */
export function curlExample(operation: PlacedOperation, document: OpenApiDocument): string {
  const { schemas } = document.components;
  const lines = [`curl ${methodFlag(operation)}"$PROVOST_URL${pathOf(operation)}"`];
  const needsToken = operation.security?.some((scheme) => 'bearer' in scheme) ?? false;
  if (needsToken) lines.push('-H "authorization: Bearer $PROVOST_TOKEN"');
  const [body] = Object.entries(operation.requestBody?.content ?? {});
  if (body !== undefined) {
    const [mediaType, { schema = {}, example }] = body;
    const value = example ?? sampleValue(schema, schemas);
    lines.push(`-H 'content-type: ${mediaType}'`, `-d ${quote(JSON.stringify(value, null, 2))}`);
  }
  const answers = Object.keys(operation.responses['200']?.content ?? {});
  if (answers.includes('application/zip')) lines.push('-o pack.zip');
  return lines.join(' \\\n  ');
}

function methodFlag({ method, requestBody }: PlacedOperation): string {
  const implied = requestBody === undefined ? 'get' : 'post';
  return method === implied ? '' : `-X ${method.toUpperCase()} `;
}

function pathOf({ path, parameters = [] }: PlacedOperation): string {
  const filled = path.replace(/\{([^}]+)\}/g, (_whole, name: string) => {
    const schema = parameters.find((parameter) => parameter.name === name)?.schema;
    return encodeURIComponent(pathSample(name, schema));
  });
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required === true)
    .map(
      ({ name, schema }) => `${name}=${encodeURIComponent(String(sampleValue(schema ?? {}, {})))}`,
    );
  return query.length === 0 ? filled : `${filled}?${query.join('&')}`;
}

const SAMPLES: Readonly<Record<string, string>> = {
  name: 'genomics/aligner',
  tag: '1.4.2',
  type: 'artifact.pushed',
  source: 'harbour',
};

function pathSample(name: string, schema: Schema | undefined): string {
  return SAMPLES[name] ?? (schema?.type === 'integer' ? '0' : name.toUpperCase());
}

/** Quotes a word for a POSIX shell. */
function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * The media type in lower case, or undefined when the header is missing, malformed or asks for a character set
 * other than UTF-8: an exact match is all that ingest accepts.
 */
export function parseMediaType(header: string | undefined): string | undefined {
  const [type = '', ...parameters] = (header ?? '').split(';').map((part) => part.trim());
  for (const parameter of parameters) {
    if (!/^charset\s*=\s*"?utf-8"?$/i.test(parameter)) return undefined;
  }
  return type === '' ? undefined : type.toLowerCase();
}

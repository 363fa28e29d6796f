import { ProvostError } from '../core/errors.ts';

/** A request to the API, wherever it runs. */
type ApiRequest = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  /** Sent as it is, with its content type, instead of `body`. */
  readonly payload?: { readonly bytes: Uint8Array; readonly contentType: string };
  readonly accept?: string;
};

type ApiResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
};

/** Sends requests over HTTP to a running service, or straight into an application in this process. */
export type ApiTransport = (request: ApiRequest) => Promise<ApiResponse>;

/** The problem that the API answered with (RFC 9457), as an error. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;

  /** `at`: the part of the request that is wrong, where the answer names one. */
  constructor(status: number, code: string, detail: string, at?: string) {
    super(at === undefined || at === '' ? detail : `${at.replace(/^\//, '')}: ${detail}`);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code;
  }
}

/** The API as commands use it; every method throws {@link ApiProblem} for an answer that is not 2xx. */
export type ApiClient = {
  readonly json: <T>(request: ApiRequest) => Promise<T>;
  readonly bytes: (
    request: ApiRequest,
  ) => Promise<{ readonly bytes: Uint8Array; readonly headers: Readonly<Record<string, string>> }>;
  /** Newline-delimited JSON, value by value as it arrives. */
  readonly lines: <T>(request: ApiRequest) => AsyncIterable<T>;
};

/** Creates the client over a transport. */
export function createApiClient(send: ApiTransport): ApiClient {
  const sendChecked = async (request: ApiRequest) => {
    const response = await send(request);
    if (response.status >= 200 && response.status < 300) return response;
    throw toProblem(response.status, await collect(response.body));
  };
  const bytes: ApiClient['bytes'] = async (request) => {
    const response = await sendChecked(request);
    return { bytes: await collect(response.body), headers: response.headers };
  };
  return {
    json: async <T>(request: ApiRequest) =>
      JSON.parse(Buffer.from((await bytes(request)).bytes).toString('utf8')) as T,
    bytes,
    lines: async function* <T>(request: ApiRequest) {
      const response = await sendChecked(request);
      const decoder = new TextDecoder();
      let rest = '';
      for await (const chunk of response.body) {
        const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
        rest = parts.pop() ?? '';
        for (const part of parts) if (part !== '') yield JSON.parse(part) as T;
      }
      if (rest.trim() !== '') yield JSON.parse(rest) as T;
    },
  };
}

/**
 * Sends over HTTP with a bearer token. Throws `ProvostError` `service.not-running` when nobody answers, `cli.usage` for
 * what is no URL and `auth.invalid` for what cannot be a token.
 */
export function httpTransport(baseUrl: string, token: string): ApiTransport {
  if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol))
    throw new ProvostError('cli.usage', `expected an http or https URL, received "${baseUrl}"`);
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new ProvostError('auth.invalid', 'the token holds characters that no token has');
  return async ({ method, path, query, body, payload, accept }) => {
    // The service may lie below a path of a reverse proxy.
    const url = new URL(`${baseUrl.replace(/\/+$/, '')}${path}`);
    for (const [name, value] of Object.entries(query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const headers: Record<string, string> = {
      authorization: `Bearer ${token}`,
      accept: accept ?? 'application/json',
    };
    if (payload !== undefined) headers['content-type'] = payload.contentType;
    else if (body !== undefined) headers['content-type'] = 'application/json';
    let response: Response;
    try {
      response = await fetch(url, {
        method,
        headers,
        body: payload?.bytes ?? (body === undefined ? null : JSON.stringify(body)),
        redirect: 'error',
      });
    } catch (cause) {
      throw new ProvostError('service.not-running', `no Provost service answers at ${baseUrl}`, {
        cause,
      });
    }
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: response.body ?? emptyBody(),
    };
  };
}

async function* emptyBody(): AsyncIterable<Uint8Array> {}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function toProblem(status: number, bytes: Uint8Array): ApiProblem {
  const text = Buffer.from(bytes).toString('utf8');
  try {
    const body = JSON.parse(text) as {
      code?: string;
      detail?: string;
      title?: string;
      at?: string;
    };
    const detail = body.detail ?? body.title ?? text;
    const at = body.code === 'http.bad-request' ? body.at : undefined;
    return new ApiProblem(status, body.code ?? 'http.internal', detail, at);
  } catch {
    return new ApiProblem(status, 'http.internal', text.slice(0, 500));
  }
}

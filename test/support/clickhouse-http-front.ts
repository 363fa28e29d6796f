import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createChdbConnection } from 'chdb/connection';

/** One request as it arrived, for tests that look at the wire. */
type FrontRequest = {
  readonly method: string;
  readonly parameters: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly statement: string;
  readonly bodyBytes: number;
};

export type ClickHouseHttpFront = {
  readonly url: string;
  readonly requests: readonly FrontRequest[];
  /** While true every connection is cut off, as by a server that died. */
  readonly outage: (on: boolean) => void;
  readonly close: () => Promise<void>;
};

const CREDENTIALS = { username: 'provost', password: 'front-password' } as const;
// Parameters of the interface itself; everything else in the address is a setting.
const INTERFACE = new Set([
  'query',
  'database',
  'query_id',
  'session_id',
  'default_format',
  'role',
]);
const HTTP_SETTINGS = new Set(['wait_end_of_query', 'enable_http_compression']);

/**
 * Speaks enough of ClickHouse's HTTP interface for `@clickhouse/client`, before an embedded engine that runs one
 * statement at a time: the statement in address or body, bound `param_*` values, checked settings, gzip both ways,
 * errors as status, `X-ClickHouse-Exception-Code` and text.
 */
export async function startClickHouseHttpFront(options: {
  readonly directory: string;
}): Promise<ClickHouseHttpFront> {
  const connection = createChdbConnection({ path: options.directory });
  const run = async (sql: string, format: string) => {
    const result = await connection.chdb.queryAsync(sql, { format });
    return Buffer.from(result.bytes());
  };
  const known = new Set(
    (await run('SELECT name FROM system.settings', 'TSV')).toString('utf8').split('\n'),
  );
  const requests: FrontRequest[] = [];
  let down = false;
  let turn: Promise<unknown> = Promise.resolve();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://front');
    if (pathname === '/ping') {
      response.end('Ok.\n');
      return;
    }
    if (!isAuthorised(request)) throw new FrontError(401, 516, 'AUTHENTICATION_FAILED');
    const inAddress = searchParams.get('query');
    const statement = inAddress ?? body.toString('utf8');
    const { headers, method = '' } = request;
    const bodyBytes = body.byteLength;
    requests.push({ method, parameters: searchParams, headers, statement, bodyBytes });
    for (const name of searchParams.keys()) {
      if (INTERFACE.has(name) || HTTP_SETTINGS.has(name) || name.startsWith('param_')) continue;
      if (!known.has(name)) throw new FrontError(404, 115, `Unknown setting ${name}`);
    }
    const database = searchParams.get('database');
    const bindings = [...searchParams].filter(([name]) => name.startsWith('param_'));
    const before = bindings.map(([name, value]) => `SET ${name} = ${literal(value)}; `).join('');
    const format = searchParams.get('default_format') ?? 'TabSeparated';
    const work = async () => {
      await run(`USE ${database ?? 'default'}`, format);
      if (inAddress === null) return run(`${before}${statement}`, format);
      // The body of an insert goes to the engine as bytes.
      return runInsert(inAddress, body);
    };
    const mine = turn.then(work, work);
    turn = mine;
    const bytes = await mine;
    response.setHeader('X-ClickHouse-Format', format);
    response.setHeader('X-ClickHouse-Query-Id', searchParams.get('query_id') ?? '');
    response.setHeader('X-ClickHouse-Summary', '{"read_rows":"0","written_rows":"0"}');
    send(request, response, bytes);
  };

  const runInsert = async (query: string, body: Buffer): Promise<Buffer> => {
    const parts = /^INSERT INTO (\w+) \(([\w, ]+)\) FORMAT (TSV|JSONEachRow)$/.exec(query);
    const [, table, columns, format] = parts ?? [];
    if (table === undefined || columns === undefined) return run(`${query}\n${body}`, 'TSV');
    await connection.chdb.rawInsert({
      table,
      columns: columns.split(', '),
      values: body,
      format: format === 'TSV' ? 'TSV' : 'JSONEachRow',
    });
    return Buffer.alloc(0);
  };

  const server: Server = createServer({ maxHeaderSize: 1024 * 1024 }, (request, response) => {
    if (down) {
      request.socket.destroy();
      return;
    }
    answer(request, response).catch((error: unknown) => sendError(request, response, error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    outage: (on) => {
      down = on;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await turn.catch(() => {});
      await connection.close();
    },
  };
}

/** What a client of the front signs in with. */
export const FRONT_CREDENTIALS = CREDENTIALS;

class FrontError extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

function isAuthorised({ headers }: IncomingMessage): boolean {
  const { username, password } = CREDENTIALS;
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  return (
    headers.authorization === `Basic ${basic}` ||
    (headers['x-clickhouse-user'] === username && headers['x-clickhouse-key'] === password)
  );
}

function send(request: IncomingMessage, response: ServerResponse, bytes: Buffer): void {
  if (String(request.headers['accept-encoding'] ?? '').includes('gzip')) {
    response.setHeader('Content-Encoding', 'gzip');
    response.end(gzipSync(bytes));
  } else {
    response.end(bytes);
  }
}

function sendError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  const code =
    error instanceof FrontError ? error.code : Number(/Code: (\d+)/.exec(text)?.[1] ?? 0);
  response.statusCode = error instanceof FrontError ? error.status : 500;
  response.setHeader('X-ClickHouse-Exception-Code', String(code));
  const shown = text.startsWith('Code:') ? text : `Code: ${code}. DB::Exception: ${text}. (FRONT)`;
  send(request, response, Buffer.from(shown));
}

function literal(text: string): string {
  return `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`;
}

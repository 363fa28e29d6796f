import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type CaughtRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

type Answer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Takes the request and never answers. */
  | 'silence'
  /** Takes the request and cuts the line. */
  | 'hang-up';

export type WebhookSink = {
  readonly port: number;
  readonly url: string;
  readonly requests: readonly CaughtRequest[];
  /** Resolves with the first `count` requests once there are as many. */
  readonly waitFor: (count: number) => Promise<readonly CaughtRequest[]>;
  /** Answers to the next requests, one each; 204 after them. */
  readonly answer: (...answers: readonly Answer[]) => void;
  readonly close: () => Promise<void>;
};

/** A real HTTP server that keeps what it is sent and answers as told. */
export async function createWebhookSink(): Promise<WebhookSink> {
  const requests: CaughtRequest[] = [];
  const answers: Answer[] = [];
  const waiting: { count: number; resolve: (requests: readonly CaughtRequest[]) => void }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      requests.push({ method, path: url, headers, body: Buffer.concat(chunks).toString('utf8') });
      reply(response, answers.shift() ?? { status: 204 });
      for (const waiter of waiting)
        if (requests.length >= waiter.count) waiter.resolve(requests.slice(0, waiter.count));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/hook`,
    requests,
    waitFor: (count) =>
      requests.length >= count
        ? Promise.resolve(requests.slice(0, count))
        : new Promise((resolve) => waiting.push({ count, resolve })),
    answer: (...next) => answers.push(...next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function reply(response: ServerResponse, answer: Answer): void {
  if (answer === 'silence') return;
  if (answer === 'hang-up') response.socket?.destroy();
  else response.writeHead(answer.status, answer.headers).end('an answer that nobody reads');
}

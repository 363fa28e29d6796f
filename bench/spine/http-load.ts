import { connect, type Socket } from 'node:net';

/** What a load of requests showed. Latencies are in milliseconds, ascending. */
export type LoadReport = {
  readonly requests: number;
  readonly seconds: number;
  readonly latencies: readonly number[];
  readonly refused: number;
};

export type LoadOptions = {
  readonly port: number;
  readonly connections: number;
  /** The n-th request, as bytes on the wire; undefined ends the load. */
  readonly request: (n: number) => Buffer | undefined;
  /** Requests a second over all connections; without it every connection sends as soon as it has its answer. */
  readonly rate?: number;
};

/**
 * Sends requests over keep-alive connections, one under way on each, and times every answer. It understands just
 * enough HTTP to find the end of an answer, so that the service and not the load is measured.
 */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const latencies: number[] = [];
  let sent = 0;
  let refused = 0;
  const started = performance.now();
  const next = (): { readonly bytes: Buffer; readonly due: number } | undefined => {
    const bytes = options.request(sent);
    if (bytes === undefined) return undefined;
    const due = options.rate === undefined ? 0 : started + (1000 * sent) / options.rate;
    sent += 1;
    return { bytes, due };
  };
  await Promise.all(
    Array.from({ length: options.connections }, async () => {
      const socket = await open(options.port);
      for (let item = next(); item !== undefined; item = next()) {
        const wait = item.due - performance.now();
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        // With a rate, waiting for a free connection counts: nobody is spared a slow answer.
        const begin =
          options.rate === undefined ? performance.now() : Math.min(item.due, performance.now());
        const status = await exchange(socket, item.bytes);
        latencies.push(performance.now() - begin);
        if (status < 200 || status > 299) refused += 1;
      }
      socket.end();
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  return {
    requests: latencies.length,
    seconds,
    latencies: latencies.sort((a, b) => a - b),
    refused,
  };
}

/** A POST with these headers and body. */
export function postRequest(
  path: string,
  token: string,
  contentType: string,
  body: string,
): Buffer {
  const bytes = Buffer.from(body, 'utf8');
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\ncontent-type: ${contentType}\r\ncontent-length: ${bytes.byteLength}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.setNoDelay(true);
    socket.once('error', reject);
  });
}

function exchange(socket: Socket, bytes: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    let received = '';
    const onData = (chunk: Buffer) => {
      received += chunk.toString('latin1');
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = /\r\ncontent-length: (\d+)/i.exec(received.slice(0, end + 2));
      if (length !== null && received.length < end + 4 + Number(length[1])) return;
      settle();
      resolve(Number(received.slice(9, 12)));
    };
    const onClose = () => {
      settle();
      reject(new Error('the service closed the connection'));
    };
    const settle = () => {
      socket.off('data', onData);
      socket.off('close', onClose);
    };
    socket.on('data', onData);
    socket.once('close', onClose);
    socket.write(bytes);
  });
}

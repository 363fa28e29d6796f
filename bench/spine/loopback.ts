import { spawn } from 'node:child_process';
import { runLoad } from './http-load.ts';

/** A server that reads a body and answers 202, and nothing else. */
const BARE_SERVER = `
require('node:http').createServer((request, response) => {
  request.on('data', () => {});
  request.on('end', () => { response.statusCode = 202; response.end('{}'); });
}).listen(0, '127.0.0.1', function () { process.stdout.write(this.address().port + '\\n'); });
`;

/** Requests a second that a bare Node HTTP server in a process of its own answers to the same load: the limit. */
export async function benchLoopback(
  connections: number,
  request: (n: number) => Buffer | undefined,
): Promise<number> {
  const child = spawn(process.execPath, ['-e', BARE_SERVER], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const port = await new Promise<number>((resolve) =>
      child.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString('utf8')))),
    );
    const { requests, seconds } = await runLoad({ port, connections, request });
    return requests / seconds;
  } finally {
    child.kill('SIGKILL');
  }
}

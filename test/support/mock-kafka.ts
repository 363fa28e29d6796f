import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ensureCommands } from './debian-packages.ts';
import { startMockKafkaFront } from './mock-kafka-front.ts';

/**
 * A mock cluster of librdkafka behind a front that lets kafkajs speak to it: what it holds is lost when it ends. A
 * string says why there is none. It lives in a consumer of `kcat`: the kcat of Debian (1.7.1) has no `-M`, and a client
 * with `test.mock.num.brokers` serves other clients, too.
 */
export async function startMockKafka(): Promise<
  { readonly address: string; readonly stop: () => Promise<void> } | string
> {
  const missing = ensureCommands(['kcat']);
  if (missing !== undefined) return missing;
  // The address is never called: the mock takes its place.
  const args = ['-C', '-q', '-t', 'keepalive', '-b', 'mock:1', '-X', 'test.mock.num.brokers=1'];
  const kcat = spawn('kcat', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(kcat, 'exit');
  let said = '';
  const port = await new Promise<number | undefined>((resolve) => {
    kcat.once('exit', () => resolve(undefined));
    kcat.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2_000);
      const found = /replaced with 127\.0\.0\.1:(\d+)\s/.exec(said)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
  });
  if (port === undefined) return `kcat ended without a mock cluster: ${said}`;
  const front = await startMockKafkaFront(port);
  return {
    address: front.address,
    stop: async () => {
      await front.close();
      kcat.kill('SIGKILL');
      await exited;
    },
  };
}

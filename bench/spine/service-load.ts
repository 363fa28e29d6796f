import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantileSorted } from 'simple-statistics';
import { type ServiceProcess, startServiceProcess } from '../../test/support/service-process.ts';
import { type Measure, valueMeasure } from '../measure.ts';
import { measureCheckpointDelay } from './checkpoint-delay.ts';
import { postRequest, runLoad } from './http-load.ts';
import { benchLoopback } from './loopback.ts';
import { samplePush } from './sample-events.ts';

const SINGLES = 30_000;
const BATCHES = 600;
const BATCH = 100;
const STEADY_RATE = 1_000;
const STEADY_SECONDS = 10;
const CONNECTIONS = 64;
const EVENT = 'application/cloudevents+json';
const EVENTS = 'application/cloudevents-batch+json';

/** The whole service in a process of its own, embedded, with every role: what a sender gets. */
export async function* benchServiceLoad(): AsyncIterable<Measure> {
  const data = mkdtempSync(join(tmpdir(), 'provost-bench-'));
  const service = await startServiceProcess({ data });
  try {
    const token = service.adminToken();
    const port = Number(new URL(service.url).port);
    await settle();
    yield valueMeasure('resident memory, idle', residentMegabytes(service), 'MB', { atMost: 450 });

    const steady = await runLoad({
      port,
      connections: CONNECTIONS,
      rate: STEADY_RATE,
      request: requests('steady', STEADY_RATE * STEADY_SECONDS, token),
    });
    assertAccepted(steady.refused);
    for (const [name, q] of [
      ['p50', 0.5],
      ['p99', 0.99],
      ['p99.9', 0.999],
    ] as const) {
      yield valueMeasure(
        `acknowledgement ${name} at ${STEADY_RATE}/s`,
        quantileSorted(steady.latencies, q),
        'ms',
        { atMost: 100 },
      );
    }
    yield valueMeasure(
      'accepted to signed checkpoint p99',
      await measureCheckpointDelay(service.url, token),
      'ms',
      { atMost: 1000 },
    );

    const bare = await benchLoopback(CONNECTIONS, requests('bare', SINGLES, token));
    const single = await runLoad({
      port,
      connections: CONNECTIONS,
      request: requests('single', SINGLES, token),
    });
    assertAccepted(single.refused);
    yield valueMeasure(
      'durable single POST',
      single.requests / single.seconds,
      'events/s',
      { atLeast: 5_000 },
      bare,
    );
    yield valueMeasure(
      'acknowledgement p99 at full load',
      quantileSorted(single.latencies, 0.99),
      'ms',
      { atMost: 100 },
    );

    const batched = await runLoad({
      port,
      connections: 16,
      request: batches('batch', BATCHES, token),
    });
    assertAccepted(batched.refused);
    yield valueMeasure(
      'durable POST by 100',
      (batched.requests * BATCH) / batched.seconds,
      'events/s',
      { atLeast: 15_000 },
    );
    yield valueMeasure('resident memory, loaded', residentMegabytes(service), 'MB', {
      atMost: 1200,
    });
  } finally {
    await service.kill('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  }
}

/** Requests of one event each. They are written before the load begins, for it has the service's two cores to share. */
function requests(prefix: string, count: number, token: string): (n: number) => Buffer | undefined {
  return prepared(count, EVENT, token, (n) => samplePush(n, prefix));
}

/** Requests of {@link BATCH} events each. */
function batches(prefix: string, count: number, token: string): (n: number) => Buffer | undefined {
  return prepared(count, EVENTS, token, (n) =>
    Array.from({ length: BATCH }, (_, i) => samplePush(n * BATCH + i, prefix)),
  );
}

function prepared(
  count: number,
  contentType: string,
  token: string,
  body: (n: number) => unknown,
): (n: number) => Buffer | undefined {
  const bodies = Array.from({ length: count }, (_, n) =>
    postRequest('/api/v1/events', token, contentType, JSON.stringify(body(n))),
  );
  return (n) => bodies[n];
}

function assertAccepted(refused: number): void {
  if (refused > 0)
    throw new Error(`${refused} requests were not accepted; the figures would mean nothing`);
}

/** Resident set of the service's process, in MB. */
function residentMegabytes(service: ServiceProcess): number {
  const status = readFileSync(`/proc/${service.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}

function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 3_000));
}

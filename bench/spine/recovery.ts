import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServiceProcess } from '../../test/support/service-process.ts';
import { type Measure, valueMeasure } from '../measure.ts';
import { postRequest, runLoad } from './http-load.ts';
import { samplePush } from './sample-events.ts';

const KILLS = 5;
const EVENTS = 2_000;

/** From the start after a kill -9 under load to the first ready answer; the slowest of some. */
export async function* benchRecovery(): AsyncIterable<Measure> {
  const data = mkdtempSync(join(tmpdir(), 'provost-bench-'));
  try {
    const recoveries: number[] = [];
    let service = await startServiceProcess({ data });
    const token = service.adminToken();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const port = Number(new URL(service.url).port);
      const load = runLoad({
        port,
        connections: 16,
        request: (n) =>
          n < EVENTS
            ? postRequest(
                '/api/v1/events',
                token,
                'application/cloudevents+json',
                JSON.stringify(samplePush(n, `kill-${kill}`)),
              )
            : undefined,
      });
      // The kill comes while requests are under way, so the load ends with broken connections.
      const ended = load.catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await service.kill('SIGKILL');
      await ended;
      service = await startServiceProcess({ data });
      recoveries.push(service.readyAfterMs / 1000);
    }
    await service.kill('SIGKILL');
    yield valueMeasure('ready again after kill -9, slowest of 5', Math.max(...recoveries), 's', {
      atMost: 5,
    });
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

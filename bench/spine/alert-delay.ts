import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantileSorted } from 'simple-statistics';
import type { SourceEvent } from '../../services/core/events/event.ts';
import { startServiceProcess } from '../../test/support/service-process.ts';
import { type Measure, valueMeasure } from '../measure.ts';
import { postRequest, runLoad } from './http-load.ts';
import { samplePush } from './sample-events.ts';

const ALERTS = 100;
const PAUSE_MS = 100;
const BACKGROUND_RATE = 300;

/** From the acceptance of a delete of a cited digest to the webhook with its alert, under an ordinary load. */
export async function* benchAlertDelay(): AsyncIterable<Measure> {
  const data = mkdtempSync(join(tmpdir(), 'provost-bench-'));
  const arrivals = new Map<string, number>();
  const sink = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const name = /lab-(\d+)\//.exec(Buffer.concat(chunks).toString('utf8'))?.[1];
      if (name !== undefined && !arrivals.has(name)) arrivals.set(name, performance.now());
      response.end();
    });
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const address = sink.address();
  if (address === null || typeof address === 'string') throw new Error('the sink has no port');
  const secret = join(data, 'secret');
  writeFileSync(secret, `whsec_${randomBytes(32).toString('base64')}`);
  const governance = join(data, 'provost.yaml');
  writeFileSync(
    governance,
    `channels:\n  - {name: sink, kind: webhook, url: "http://127.0.0.1:${address.port}/", secretFile: ${secret}, allowNetworks: ["127.0.0.0/8"]}\n`,
  );
  const service = await startServiceProcess({
    data: join(data, 'data'),
    environment: { PROVOST_CONFIG: governance },
  });
  try {
    const token = service.adminToken();
    const port = Number(new URL(service.url).port);
    const accepted = new Map<string, number>();
    const background = runLoad({
      port,
      connections: 16,
      rate: BACKGROUND_RATE,
      request: (n) =>
        n < (BACKGROUND_RATE * ALERTS * PAUSE_MS) / 1000
          ? postRequest(
              '/api/v1/events',
              token,
              'application/cloudevents+json',
              JSON.stringify(samplePush(n, 'background')),
            )
          : undefined,
    });
    for (let n = 0; n < ALERTS; n += 1) {
      for (const event of citedAndDeleted(n)) await post(service.url, token, event);
      accepted.set(String(n), performance.now());
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    await background;
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const delays = [...accepted].flatMap(([name, at]) => {
      const arrived = arrivals.get(name);
      return arrived === undefined ? [] : [arrived - at];
    });
    if (delays.length !== ALERTS)
      throw new Error(`${ALERTS - delays.length} of ${ALERTS} alerts never arrived`);
    yield valueMeasure(
      'accepted to alert sent p99',
      quantileSorted(
        delays.sort((a, b) => a - b),
        0.99,
      ),
      'ms',
      { atMost: 1000 },
    );
  } finally {
    await service.kill('SIGKILL');
    sink.close();
    rmSync(data, { recursive: true, force: true });
  }
}

function citedAndDeleted(n: number): readonly SourceEvent[] {
  const repository = `lab-${n}/tool`;
  const digest = `sha256:${createHash('sha256').update(repository).digest('hex')}`;
  const base = { specversion: '1.0', source: 'https://registry.example.org' } as const;
  return [
    {
      ...base,
      id: `${n}-push`,
      type: 'artifact.pushed',
      data: { repository, digest, tags: ['v1'], actor: { name: 'robot' } },
    },
    {
      ...base,
      id: `${n}-run`,
      type: 'workflow-run.finished',
      data: {
        runId: `${n}`,
        outcome: 'success',
        steps: [{ name: 'main', repository, digest, tag: 'v1' }],
        citation: 'https://doi.example.org/10.9999/1',
      },
    },
    {
      ...base,
      id: `${n}-delete`,
      type: 'artifact.deleted',
      data: { repository, digest, actor: { name: 'robot' } },
    },
  ];
}

async function post(url: string, token: string, event: SourceEvent): Promise<void> {
  const response = await fetch(`${url}/api/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(event),
  });
  if (!response.ok)
    throw new Error(`the service answered ${response.status}: ${await response.text()}`);
}

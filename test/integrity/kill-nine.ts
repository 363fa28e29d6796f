import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createRandom } from '../../services/cli/demo/random.ts';
import { freePort } from '../support/registry.ts';
import { type ServiceProcess, startServiceProcess } from '../support/service-process.ts';
import { createRecordingProducer } from './recording-producer.ts';
import { type Story, tellStories } from './stories.ts';

export type KillNineOptions = {
  readonly kills: number;
  readonly producers: number;
  readonly seed: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Every so many kills the service lives for the time, so that slow consumers are killed at work, too. */
  readonly longLife?: { readonly every: number; readonly milliseconds: number };
};

export type KillNineReport = {
  readonly acknowledged: number;
  readonly entries: number;
  readonly alerts: number;
  /** Milliseconds from each restart to the first ready answer. */
  readonly recoveries: readonly number[];
};

type EntryView = {
  readonly shard: number;
  readonly index: number;
  readonly event: {
    readonly source: string;
    readonly id: string;
    readonly type: string;
    readonly data: { readonly repository?: string };
  };
};

/**
 * Kills the service with -9 at random while producers send, then checks through the API: everything acknowledged is
 * in the ledger, nothing twice, indexes dense, every expected alert opened exactly once, fsck clean.
 */
export async function killNine(options: KillNineOptions): Promise<KillNineReport> {
  const random = createRandom(options.seed);
  const data = mkdtempSync(join(tmpdir(), 'provost-kill-'));
  const port = await freePort();
  const start = () => startServiceProcess({ data, port, environment: options.environment });
  let service: ServiceProcess | undefined = await start();
  const token = service.adminToken();
  let stopping = false;
  const alerting: string[] = [];
  const producers = Array.from({ length: options.producers }, (_, number) => {
    const producer = createRecordingProducer({
      target: () => (service === undefined ? undefined : { url: service.url, token }),
      stopped: () => stopping,
    });
    return {
      producer,
      done: producer.run(eventsOf(tellStories(number), alerting, () => stopping)),
    };
  });
  // A producer's failure must end the test, not wait for the last kill.
  const failed = Promise.all(producers.map(({ done }) => done));
  const recoveries: number[] = [];
  for (let kill = 0; kill < options.kills; kill += 1) {
    await Promise.race([
      new Promise((resolve) => setTimeout(resolve, lifeOf(options, kill) + random.below(700))),
      failed,
    ]);
    const victim = service;
    service = undefined;
    await victim?.kill('SIGKILL');
    service = await start();
    recoveries.push(service.readyAfterMs);
  }
  stopping = true;
  await failed;
  const url = service.url;
  await drained(url, token);
  const acknowledged = producers.flatMap(({ producer }) => [...producer.acknowledged]);
  const entries = await allEntries(url, token);
  checkEntries(entries, acknowledged);
  checkAlerts(entries, alerting);
  expect(await fsckProblems(url, token)).toEqual([]);
  expect(await service.kill('SIGTERM')).toBe(0);
  rmSync(data, { recursive: true, force: true });
  return {
    acknowledged: acknowledged.length,
    entries: entries.length,
    alerts: alerting.length,
    recoveries,
  };
}

function lifeOf({ longLife }: KillNineOptions, kill: number): number {
  return longLife !== undefined && kill % longLife.every === 0 ? longLife.milliseconds : 50;
}

function* eventsOf(stories: Iterable<Story>, alerting: string[], stopped: () => boolean) {
  for (const story of stories) {
    if (stopped()) return;
    if (story.alerts) alerting.push(story.repository);
    yield story.events;
  }
}

function checkEntries(entries: readonly EntryView[], acknowledged: readonly string[]): void {
  const identities = entries.map(({ event }) => `${event.source} ${event.id}`);
  expect(new Set(identities).size, 'no event is in the ledger twice').toBe(identities.length);
  const present = new Set(entries.map(({ event }) => event.id));
  expect(
    acknowledged.filter((id) => !present.has(id)),
    'acknowledged events that are missing',
  ).toEqual([]);
  const byShard = new Map<number, number[]>();
  for (const { shard, index } of entries)
    byShard.set(shard, [...(byShard.get(shard) ?? []), index]);
  for (const indexes of byShard.values()) {
    indexes.sort((a, b) => a - b);
    expect(indexes).toEqual(indexes.map((_, position) => position));
  }
}

function checkAlerts(entries: readonly EntryView[], expected: readonly string[]): void {
  const opened = entries
    .filter(({ event }) => event.type === 'alert.opened' && event.data['repository'] !== undefined)
    .filter(({ event }) => (event.data as { rule?: string }).rule === 'reproducibility-loss')
    .map(({ event }) => event.data.repository)
    .sort();
  expect(opened, 'one alert for each deleted citation').toEqual([...expected].sort());
}

async function get<T>(url: string, token: string, path: string): Promise<T> {
  const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok)
    throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** Resolves when no consumer lags and the ledger has stopped growing. */
async function drained(url: string, token: string): Promise<void> {
  let last = '';
  let quiet = 0;
  for (let attempt = 0; attempt < 1200 && quiet < 5; attempt += 1) {
    const status = await get<{
      shards: readonly { size: number }[];
      lag: readonly { lag: number }[];
    }>(url, token, '/api/v1/status');
    const now = JSON.stringify(status.shards.map(({ size }) => size));
    quiet = status.lag.every(({ lag }) => lag === 0) && now === last ? quiet + 1 : 0;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  if (quiet < 5) throw new Error('the consumers did not catch up within two minutes');
}

async function allEntries(url: string, token: string): Promise<readonly EntryView[]> {
  const entries: EntryView[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page: { entries: readonly EntryView[]; next?: string } = await get(
      url,
      token,
      `/api/v1/entries?order=oldest&limit=1000${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    entries.push(...page.entries);
    cursor = page.next;
  }
  return entries;
}

async function fsckProblems(url: string, token: string): Promise<readonly unknown[]> {
  const response = await fetch(`${url}/api/v1/fsck`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{}',
  });
  const lines = (await response.text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { kind: string; problems?: number });
  expect(lines.at(-1)).toMatchObject({ kind: 'summary' });
  return lines.filter(({ kind }) => kind === 'problem');
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { story } from '../../detectors/examples/story.ts';
import { loadConfig } from '../../services/config/load-config.ts';
import { readAdminToken } from '../../services/runtime/admin-token.ts';
import { type Service, startService } from '../../services/runtime/start-service.ts';

const HOUR = 3_600_000;
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** An embedded service with a clock that goes as the test wants. */
async function startQuietService() {
  const data = mkdtempSync(join(tmpdir(), 'provost-quiet-'));
  closing.push(async () => rmSync(data, { recursive: true, force: true }));
  const governance = join(data, 'provost.yaml');
  writeFileSync(governance, '{}\n');
  const config = loadConfig(
    { PROVOST_DATA: data, PROVOST_CONFIG: governance, PROVOST_LOG_MIN_FREE_BYTES: '1048576' },
    {},
  );
  if (!config.ok) throw new Error(JSON.stringify(config.problem));
  const time = { ahead: 0 };
  let fatal: Error | undefined;
  const service: Service = await startService({
    config: config.value,
    log: pino({ level: 'silent' }),
    clock: { now: () => Date.now() + time.ahead },
    listen: false,
    onFatal: (error) => {
      fatal = error;
    },
  });
  closing.push(service.stop);
  const token = await readAdminToken(data);
  const ask = async (path: string, events?: readonly object[]) => {
    const { statusCode, body } = await service.app.inject({
      method: events === undefined ? 'GET' : 'POST',
      url: `/api/v1/${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        ...(events === undefined ? {} : { 'content-type': 'application/cloudevents-batch+json' }),
      },
      ...(events === undefined ? {} : { payload: JSON.stringify(events) }),
    });
    return { statusCode, body };
  };
  return { time, ask, drain: async () => service.drain(() => fatal) };
}

/** A project whose builds follow their pushes, and a push that no build follows; the last of it happens now. */
function quietProject(): readonly object[] {
  const events = story()
    .times(20, (told, turn) =>
      told.days(1).push(`1.${turn}.0`, `late-${turn}`).hours(0.2).build(`late-${turn}`),
    )
    .days(1)
    .push('2.0.0', 'forged')
    .events();
  const shift = Date.now() - Date.parse(events.at(-1)?.time ?? '');
  return events.map(({ receivedtime: _received, project: _project, trust: _trust, ...sent }) => ({
    ...sent,
    time: new Date(Date.parse(sent.time) + shift).toISOString(),
  }));
}

test('on a Friday night: the missing build is found and alerted, although nothing else happens', {
  timeout: 180_000,
}, async () => {
  const { time, ask, drain } = await startQuietService();
  expect((await ask('events', quietProject())).statusCode).toBe(202);
  await drain();
  expect((await ask('alerts')).body).not.toContain('provenance-gap');
  time.ahead = 3 * HOUR;
  await expect
    .poll(async () => (await ask('alerts')).body, { timeout: 120_000, interval: 500 })
    .toContain('provenance-gap');
  await drain();
  const { body } = await ask('entries?type=deadline.passed');
  expect(JSON.parse(body).entries).toHaveLength(1);
});

test('nobody outside can state that time has passed', { timeout: 120_000 }, async () => {
  const { ask } = await startQuietService();
  const deadline = '2026-01-01T00:00:00Z';
  const [sent] = quietProject();
  const stated = { ...sent, type: 'deadline.passed', data: { project: 'lab', deadline } };
  const refused = await ask('events', [stated]);
  expect(refused.statusCode).toBe(403);
  expect(refused.body).toContain('event.type-reserved');
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type ApiClient, createApiClient, httpTransport } from '../cli/api-client.ts';
import { createCommandIo, EXIT } from '../cli/command-io.ts';
import { demoMonth, MONTH, PLANTED } from '../cli/demo/month.ts';
import { createAlertPrinter } from '../cli/demo/print-alerts.ts';
import type { RunDemo } from '../cli/demo.ts';
import { createEventSender } from '../cli/send-events.ts';
import { loadConfig } from '../config/load-config.ts';
import { ProvostError } from '../core/errors.ts';
import { verifyPack } from '../exports/verify-pack.ts';
import { readAdminToken } from './admin-token.ts';
import { createLog } from './create-log.ts';
import { describeProblems } from './describe-problems.ts';
import { openDirectory } from './open-directory.ts';
import { type Service, startService } from './start-service.ts';

const PROJECT = 'genomics';
const ALERT_LOOK_MS = 250;

/**
 * Starts the whole service on a throw-away directory, sends the demo month through its API, prints alerts as they fire,
 * writes a report and a pack, and verifies the pack and the ledger. Exits with 1 when any of that is not as it should.
 */
export function createRunDemo(): RunDemo {
  return async ({ once = false, out }) => {
    const data = mkdtempSync(join(tmpdir(), 'provost-demo-'));
    const results = resolve(out ?? join(data, 'results'));
    await openDirectory(results, '--out');
    let fatal: Error | undefined;
    const service = await startDemoService(data, (error) => {
      fatal = error;
    });
    try {
      const { url } = service;
      const token = await readAdminToken(data);
      if (url === undefined || token === undefined)
        throw new Error('the demo service has no address or no token');
      const api = createApiClient(httpTransport(url, token));
      const good = await tellTheMonth(api, service, () => fatal, results);
      if (once) return good ? EXIT.ok : EXIT.found;
      note(`\nThe service stays up at ${url} (stop it with Ctrl-C).\nToken: ${token}`);
      await new Promise<void>((done) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
      });
      return good ? EXIT.ok : EXIT.found;
    } finally {
      await service.stop();
      // With --once the results are all that is left of the demo.
      if (out !== undefined || !once) rmSync(data, { recursive: true, force: true });
      else
        for (const part of ['engine', 'log', 'reports', 'exports'])
          rmSync(join(data, part), { recursive: true, force: true });
    }
  };
}

async function startDemoService(data: string, onFatal: (error: Error) => void): Promise<Service> {
  // Not the governance file of whoever tries the demo: the invented alerts are none of their people's business.
  const governance = join(data, 'provost.yaml');
  writeFileSync(governance, '{}\n');
  const config = loadConfig(
    {
      PROVOST_DATA: data,
      PROVOST_CONFIG: governance,
      PROVOST_PORT: '0',
      PROVOST_ORIGIN: 'demo.example.org/ledger',
      PROVOST_LOG_MIN_FREE_BYTES: String(64 * 1024 * 1024),
    },
    {},
  );
  if (!config.ok) throw new ProvostError('config.invalid', describeProblems(config.problem));
  return startService({
    config: config.value,
    log: createLog('warn'),
    clock: Date,
    listen: true,
    onFatal,
  });
}

async function tellTheMonth(
  api: ApiClient,
  service: Service,
  fatal: () => Error | undefined,
  results: string,
): Promise<boolean> {
  const events = demoMonth();
  note(
    `A month of an invented institute: three labs, ${events.length} events. Three incidents are hidden in it:`,
  );
  for (const { rule, repository, story } of PLANTED) note(`  - ${repository}: ${story} (${rule})`);
  note('');

  const printer = createAlertPrinter(api, note);
  let looking = true;
  const watching = (async () => {
    while (looking) {
      await printer.look();
      await new Promise((done) => setTimeout(done, ALERT_LOOK_MS));
    }
  })();
  const bar = createCommandIo(false).progress('replaying', events.length);
  const sender = createEventSender(api);
  for (const [index, event] of events.entries()) {
    await sender.add(JSON.stringify(event), index + 1);
    bar.to(index + 1);
  }
  await sender.flush();
  bar.stop();
  await service.drain(fatal);
  looking = false;
  await watching;
  await printer.look();

  const checks = [
    ...PLANTED.map(({ rule, repository }) => ({
      name: `${rule} in ${repository} is alerted`,
      ok: printer
        .seen()
        .some((alert) => alert.rule === rule && alert.subject.repository === repository),
    })),
    { name: `all ${events.length} events were accepted`, ok: sender.accepted() === events.length },
    ...(await writeEvidence(api, service, results)),
    { name: 'the ledger is whole (fsck)', ok: await isLedgerWhole(api) },
  ];
  note('');
  for (const { name, ok } of checks) note(`${ok ? 'ok ' : 'BAD'} ${name}`);
  return checks.every(({ ok }) => ok);
}

async function writeEvidence(
  api: ApiClient,
  service: Service,
  results: string,
): Promise<readonly { name: string; ok: boolean }[]> {
  const body = { project: PROJECT, ...MONTH };
  const { auditId } = await api.json<{ auditId: string }>({
    method: 'POST',
    path: '/api/v1/audits',
    body,
  });
  const report = join(results, `audit-${PROJECT}.html`);
  const model = join(results, `audit-${PROJECT}.json`);
  writeFileSync(
    report,
    (await api.bytes({ method: 'GET', path: `/api/v1/audits/${auditId}`, accept: 'text/html' }))
      .bytes,
  );
  writeFileSync(
    model,
    (
      await api.bytes({
        method: 'GET',
        path: `/api/v1/audits/${auditId}`,
        accept: 'application/json',
      })
    ).bytes,
  );
  await service.drain(() => undefined);
  const pack = join(results, `${PROJECT}-2026-10.zip`);
  writeFileSync(
    pack,
    (
      await api.bytes({
        method: 'POST',
        path: '/api/v1/exports',
        body: { ...body, audit: auditId },
        accept: 'application/zip',
      })
    ).bytes,
  );
  const keys = join(results, 'verifier-keys.txt');
  writeFileSync(keys, `${service.verifierKeys.join('\n')}\n`);
  const verified = await verifyPack(pack, { vkey: service.verifierKeys[0] ?? '' });
  note(`\nAudit report:    ${report}\nCompliance pack: ${pack}\nPublic keys:     ${keys}`);
  note(`Verify it yourself: npm run provost -- verify ${pack} --key ${keys}`);
  const entries = verified.ok ? verified.value.entries : 0;
  return [
    {
      name: verified.ok
        ? `the pack verifies: ${entries} events with their proofs`
        : `the pack verifies: ${verified.problem.message}`,
      ok: verified.ok,
    },
  ];
}

async function isLedgerWhole(api: ApiClient): Promise<boolean> {
  let problems: number | undefined;
  for await (const line of api.lines<{ kind: string; problems?: number }>({
    method: 'POST',
    path: '/api/v1/fsck',
    body: {},
  })) {
    if (line.kind === 'summary') problems = line.problems;
  }
  return problems === 0;
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

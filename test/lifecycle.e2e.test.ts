import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonLines, runProvost } from './support/run-provost.ts';
import { startServiceProcess } from './support/service-process.ts';

describe('a service on a data directory', () => {
  it('stops gracefully, refuses a second start, and goes on where it was', async () => {
    const data = mkdtempSync(join(tmpdir(), 'provost-life-'));
    const first = await startServiceProcess({ data });
    const post = (id: string, url: string) =>
      fetch(`${url}/api/v1/events`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${first.adminToken()}`,
          'content-type': 'application/cloudevents+json',
        },
        body: JSON.stringify({
          specversion: '1.0',
          id,
          source: 'https://registry.example.org',
          type: 'repository.created',
          data: { repository: 'lab/tool' },
        }),
      });
    expect((await post('one', first.url)).status).toBe(202);

    const second = await runProvost(['serve', '--data', data], { PROVOST_PORT: '0' });
    expect(second.code).toBe(3);
    expect(second.stderr).toContain(`in use by process ${first.pid}`);
    expect(second.stderr).toContain('(bus.locked)');

    const elsewhere = mkdtempSync(join(tmpdir(), 'provost-life-'));
    const { port } = new URL(first.url);
    const third = await runProvost(['serve', '--data', elsewhere], { PROVOST_PORT: port });
    expect(third.code).toBe(3);
    expect(third.stderr).toContain('set PROVOST_PORT (service.running)');

    // A command finds the service that runs, without being told where.
    const status = await runProvost(['status', '--data', data, '--json']);
    expect(status.stderr).toContain(first.url);

    expect(await first.kill('SIGTERM')).toBe(0);
    const again = await startServiceProcess({ data });
    expect((await post('two', again.url)).status).toBe(202);
    expect(await again.kill('SIGTERM')).toBe(0);

    // What was acknowledged right before the stop waits in the log; the next service puts it into the ledger.
    const last = await startServiceProcess({ data });
    const listed = async () => {
      const { stdout } = await runProvost(['entries', '--data', data, '--json']);
      return jsonLines<{ index: number; event: { id: string } }>(stdout).map(
        ({ index, event }) => `${index} ${event.id}`,
      );
    };
    await expect.poll(listed, { timeout: 30_000 }).toEqual(['1 two', '0 one']);
    expect(await last.kill('SIGTERM')).toBe(0);
    expect(readFileSync(join(data, 'admin.token'), 'utf8').trim()).toBe(first.adminToken());
  });
});

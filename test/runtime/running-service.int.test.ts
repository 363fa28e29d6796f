import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  announceService,
  findService,
  withdrawService,
} from '../../services/runtime/running-service.ts';

describe('a service that announced itself', () => {
  const data = mkdtempSync(join(tmpdir(), 'provost-announce-'));
  const server = createServer((_request, response) => response.end('{}'));
  let url = '';

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    server.close();
    rmSync(data, { recursive: true, force: true });
  });

  it('is found while it runs, and not after it withdrew', async () => {
    await announceService(data, url);
    expect(await findService(data)).toMatchObject({ url, pid: process.pid });
    await withdrawService(data);
    expect(await findService(data)).toBeUndefined();
  });

  it('is not found once its process is dead, although somebody else answers at its address: nobody gets its token', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(join(data, 'service.json'), JSON.stringify({ pid, started: '1', url }));
    expect(await findService(data)).toBeUndefined();
  });

  it('is not found when its number went to another process', async () => {
    writeFileSync(
      join(data, 'service.json'),
      JSON.stringify({ pid: process.pid, started: '1', url }),
    );
    expect(await findService(data)).toBeUndefined();
  });
});

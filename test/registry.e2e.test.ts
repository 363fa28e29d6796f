import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBase64, utf8 } from '../services/core/bytes.ts';
import { verifyTlogProof } from '../services/core/note/tlog-proof.ts';
import { parseVerifierKey } from '../services/core/note/verifier-key.ts';
import { ensureCommands } from './support/debian-packages.ts';
import {
  deleteDigest,
  freePort,
  pullImage,
  pushImage,
  startRegistry,
  type TestRegistry,
} from './support/registry.ts';
import { type ServiceProcess, startServiceProcess } from './support/service-process.ts';
import { createSmtpCatcher, type SmtpCatcher } from './support/smtp-catcher.ts';

const REPOSITORY = 'lab/tool';
const SOURCE = 'https://registry.example.org';

type EntryView = {
  readonly shard: number;
  readonly index: number;
  readonly event: {
    readonly type: string;
    readonly data: { readonly digest?: string; readonly tags?: readonly string[] };
  };
};
type AlertView = {
  readonly alertId: string;
  readonly rule: string;
  readonly disposition: string;
  readonly status: string;
  readonly subject: { readonly tag?: string };
};

describe('a laboratory points its registry at Provost', () => {
  const directory = mkdtempSync(join(tmpdir(), 'provost-lab-'));
  const missing = ensureCommands(['docker-registry', 'skopeo', 'umoci']);
  let service: ServiceProcess;
  let registry: TestRegistry;
  let smtp: SmtpCatcher;
  let first = '';
  let second = '';

  beforeAll(async () => {
    if (missing !== undefined) return;
    smtp = await createSmtpCatcher();
    const governance = join(directory, 'provost.yaml');
    writeFileSync(
      governance,
      `projects:
  - {name: lab, owner: Example lab, repositories: ["lab/*"], immutableTags: ["v*"]}
sources:
  - {name: registry, uri: "${SOURCE}"}
channels:
  - {name: security, kind: email, to: [security@example.org]}
`,
    );
    const port = await freePort();
    service = await startServiceProcess({
      data: join(directory, 'data'),
      port,
      environment: { PROVOST_CONFIG: governance, PROVOST_SMTP_URL: smtp.url },
    });
    const { token } = await call<{ token: string }>('POST', '/api/v1/tokens', {
      name: 'registry',
      roles: ['ingest'],
      source: 'registry',
    });
    registry = await startRegistry({
      directory,
      hookUrl: `${service.url}/api/v1/hooks/distribution/registry`,
      token,
    });
    first = await pushImage({
      directory,
      name: 'first',
      text: 'the image of the paper',
      target: `${registry.host}/${REPOSITORY}:v1.0.0`,
    });
    second = await pushImage({
      directory,
      name: 'second',
      text: 'something else',
      target: `${registry.host}/${REPOSITORY}:v1.0.0`,
    });
    pullImage(`${registry.host}/${REPOSITORY}:v1.0.0`, join(directory, 'pulled'));
    await deleteDigest(registry.host, REPOSITORY, second);
  }, 600_000);

  afterAll(async () => {
    await registry?.stop();
    await service?.kill('SIGTERM');
    await smtp?.close();
  });

  it('sees the pushes, the pull and the delete as entries', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    expect(first).not.toBe(second);
    const entries = await eventually(
      () => entriesOf(REPOSITORY),
      (found) =>
        ['artifact.pulled', 'artifact.deleted'].every((type) =>
          found.some(({ event }) => event.type === type),
        ),
    );
    const pushed = entries
      .filter(({ event }) => event.type === 'artifact.pushed')
      .map(({ event }) => [event.data.digest, event.data.tags]);
    expect(pushed).toEqual(
      expect.arrayContaining([
        [first, ['v1.0.0']],
        [second, ['v1.0.0']],
      ]),
    );
    expect(entries.find(({ event }) => event.type === 'artifact.deleted')?.event.data.digest).toBe(
      second,
    );
  });

  it('gets a proof of each entry that holds offline', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    const { verifierKeys } = await call<{ verifierKeys: readonly string[] }>(
      'GET',
      '/api/v1/status',
    );
    const keys = verifierKeys.flatMap((text) => {
      const key = parseVerifierKey(text);
      return key.ok ? [key.value] : [];
    });
    const entries = await entriesOf(REPOSITORY);
    expect(entries.length).toBeGreaterThanOrEqual(4);
    for (const { shard, index } of entries) {
      const path = `/api/v1/entries/${shard}/${index}/proof`;
      const { leaf } = await call<{ leaf: string }>('GET', path);
      const response = await fetch(`${service.url}${path}`, {
        headers: { authorization: `Bearer ${service.adminToken()}`, accept: 'text/plain' },
      });
      const proof = await response.text();
      const leafData = fromBase64(leaf) ?? utf8('');
      expect(verifyTlogProof({ proof, leafData, verifierKeys: keys })).toMatchObject({
        ok: true,
        value: { index },
      });
    }
  });

  it('finds the overwritten tag and opens an alert for it', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    const findings = await eventually(
      () =>
        call<{
          entries: readonly {
            event: { data: { finding: { rule: string; subject: { tag?: string } } } };
          }[];
        }>('GET', '/api/v1/findings?limit=100'),
      ({ entries }) => entries.length > 0,
    );
    expect(findings.entries.map(({ event }) => event.data.finding)).toContainEqual(
      expect.objectContaining({
        rule: 'tag-mutation',
        subject: expect.objectContaining({ tag: 'v1.0.0' }),
      }),
    );
    const { alerts } = await eventually(
      () => call<{ alerts: readonly AlertView[] }>('GET', '/api/v1/alerts'),
      (page) => page.alerts.some(({ rule }) => rule === 'tag-mutation'),
    );
    expect(alerts.find(({ rule }) => rule === 'tag-mutation')).toMatchObject({
      disposition: 'page',
      status: 'open',
      subject: { tag: 'v1.0.0' },
    });
  });

  it('mails the alert with the commands that put it right', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    const [mail] = await smtp.waitFor(1);
    const text = (mail?.raw ?? '').replace(/=\r\n/g, '').replace(/=3D/g, '=');
    expect(mail?.to).toEqual(['security@example.org']);
    expect(text).toContain('v1.0.0');
    expect(text).toContain('skopeo copy');
    expect(text).toContain(first);
  });

  it('answers what the tag pointed to before and after', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    const history = await call<{ changes: readonly { digest: string | null; time: string }[] }>(
      'GET',
      `/api/v1/repositories/${encodeURIComponent(REPOSITORY)}/tags/v1.0.0/history`,
    );
    expect(history.changes.slice(0, 2).map(({ digest }) => digest)).toEqual([first, second]);
    const then = history.changes[0]?.time ?? '';
    const earlier = await call<{ digest: string | null }>(
      'GET',
      `/api/v1/repositories/${REPOSITORY}/tags/v1.0.0/history?at=${encodeURIComponent(then)}`,
    );
    expect(earlier.digest).toBe(first);
    expect((history as unknown as { digest: string | null }).digest).toBeNull();
  });

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${service.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${service.adminToken()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  async function entriesOf(repository: string): Promise<readonly EntryView[]> {
    const page = await call<{ entries: readonly EntryView[] }>(
      'GET',
      `/api/v1/entries?repository=${encodeURIComponent(repository)}&order=oldest&limit=200`,
    );
    return page.entries.filter(
      ({ event }) => event.type.startsWith('artifact.') || event.type.startsWith('tag.'),
    );
  }
});

/** Asks again until the answer is as wanted; the answer of the last try is for the test to judge. */
async function eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  let answer = await ask();
  for (let attempt = 0; attempt < 200 && !wanted(answer); attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    answer = await ask();
  }
  return answer;
}

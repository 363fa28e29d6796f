import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** A real CNCF Distribution registry on loopback that notifies Provost. */
export type TestRegistry = {
  /** `127.0.0.1:port`. */
  readonly host: string;
  readonly stop: () => Promise<void>;
};

/** Starts Debian's docker-registry over a directory, with one notification endpoint. */
export async function startRegistry(options: {
  readonly directory: string;
  readonly hookUrl: string;
  readonly token: string;
}): Promise<TestRegistry> {
  const port = await freePort();
  mkdirSync(join(options.directory, 'storage'), { recursive: true });
  const config = join(options.directory, 'registry.yml');
  writeFileSync(
    config,
    `version: 0.1
log: {level: error}
storage:
  filesystem: {rootdirectory: ${join(options.directory, 'storage')}}
  delete: {enabled: true}
http: {addr: 127.0.0.1:${port}}
notifications:
  events: {includereferences: true}
  endpoints:
    - name: provost
      url: ${options.hookUrl}
      headers: {Authorization: ["Bearer ${options.token}"]}
      timeout: 1s
      threshold: 5
      backoff: 200ms
`,
  );
  const child = spawn('docker-registry', ['serve', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const host = `127.0.0.1:${port}`;
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-2000);
  });
  await answers(`http://${host}/v2/`, () => said);
  return {
    host,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Makes an OCI image with one file of the given text and pushes it; returns its digest as the registry has it. */
export async function pushImage(options: {
  readonly directory: string;
  readonly name: string;
  readonly text: string;
  readonly target: string;
}): Promise<string> {
  const { directory, name } = options;
  const layout = join(directory, name);
  const bundle = join(directory, `${name}-bundle`);
  command('umoci', ['init', '--layout', layout]);
  command('umoci', ['new', '--image', `${layout}:made`]);
  command('umoci', ['unpack', '--rootless', '--image', `${layout}:made`, bundle]);
  writeFileSync(join(bundle, 'rootfs', 'content.txt'), options.text);
  command('umoci', ['repack', '--image', `${layout}:made`, bundle]);
  command('skopeo', [
    'copy',
    '--insecure-policy',
    '--dest-tls-verify=false',
    `oci:${layout}:made`,
    `docker://${options.target}`,
  ]);
  return manifestDigest(options.target);
}

/** Pulls by tag through skopeo, as a researcher's client would. */
export function pullImage(target: string, directory: string): void {
  command('skopeo', [
    'copy',
    '--insecure-policy',
    '--src-tls-verify=false',
    `docker://${target}`,
    `dir:${directory}`,
  ]);
}

/** Deletes the manifest that the tag points to. */
export async function deleteDigest(
  host: string,
  repository: string,
  digest: string,
): Promise<void> {
  const response = await fetch(`http://${host}/v2/${repository}/manifests/${digest}`, {
    method: 'DELETE',
  });
  if (response.status !== 202) throw new Error(`delete of ${digest} answered ${response.status}`);
}

async function manifestDigest(target: string): Promise<string> {
  const slash = target.indexOf('/');
  const colon = target.lastIndexOf(':');
  const url = `http://${target.slice(0, slash)}/v2/${target.slice(slash + 1, colon)}/manifests/${target.slice(colon + 1)}`;
  const response = await fetch(url, {
    method: 'HEAD',
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
  });
  const digest = response.headers.get('docker-content-digest');
  if (digest === null) throw new Error(`${url} answered ${response.status} without a digest`);
  return digest;
}

function command(name: string, args: readonly string[]): string {
  const result = spawnSync(name, args, { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${name} ${args.join(' ')} failed: ${result.stderr}`);
  return result.stdout;
}

async function answers(url: string, said: () => string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} did not answer: ${said()}`);
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

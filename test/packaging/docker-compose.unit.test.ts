import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROLES } from '../../services/config/config.ts';
import { loadConfig } from '../../services/config/load-config.ts';
import {
  type ComposeService,
  mountsOf,
  PROJECT_ROOT,
  readComposeFile,
  readRegistryConfig,
} from './compose-file.ts';

const compose = readComposeFile();
const services = Object.entries(compose.services);
const ours = services.filter(([, service]) => service.build !== undefined);
const roles = ours.filter(([, service]) => service.command?.[0] === 'serve');
const once = services.filter(([, service]) => service.healthcheck?.disable === true);

/** Loads the config as the container would, with files that exist here in place of the mounted ones. */
function loadConfigOf(service: ComposeService): ReturnType<typeof loadConfig> {
  const directory = mkdtempSync(join(tmpdir(), 'provost-compose-'));
  const secret = join(directory, 'secret');
  writeFileSync(secret, 'not a real one\n');
  const environment = Object.entries(service.environment ?? {}).map(([name, value]) => {
    if (name === 'PROVOST_CONFIG') return [name, sourceOf(service, String(value))];
    return [name, name.endsWith('_FILE') ? secret : String(value)];
  });
  return loadConfig({ PROVOST_DATA: directory, ...Object.fromEntries(environment) });
}

/** File of the project that the service finds at a path. */
function sourceOf(service: ComposeService, target: string): string {
  const mounted = (service.configs ?? []).find((config) => config.target === target);
  return join(PROJECT_ROOT, compose.configs[mounted?.source ?? '']?.file ?? 'missing');
}

describe('docker-compose.yml', () => {
  it('runs every role once, and only roles that exist', () => {
    expect(roles.map(([, service]) => service.command?.[2]).sort()).toEqual([...ROLES].sort());
    expect(roles.every(([, service]) => service.command?.[1] === '--roles')).toBe(true);
  });

  it.each(ours)('%s has a configuration that the service accepts', (_name, service) => {
    expect(loadConfigOf(service)).toMatchObject({ ok: true });
  });

  it.each(roles)('%s works on Kafka and a ClickHouse server of this file', (_name, service) => {
    const loaded = loadConfigOf(service);
    if (!loaded.ok) throw new Error('the config does not load');
    const { bus, clickhouse } = loaded.value;
    const hosts = [
      ...(bus.kind === 'kafka' ? bus.brokers.map((broker) => broker.split(':')[0]) : ['none']),
      clickhouse.kind === 'server' ? new URL(clickhouse.url).hostname : 'none',
      new URL(loaded.value.smtpUrl ?? 'smtp://none').hostname,
    ];
    expect(hosts.filter((host) => compose.services[host ?? ''] === undefined)).toEqual([]);
  });

  it('signs under one origin, in the same number of shards, whatever the role', () => {
    for (const name of ['PROVOST_ORIGIN', 'PROVOST_PARTITIONS']) {
      const values = roles.map(([, service]) => service.environment?.[name]);
      expect(new Set(values).size, name).toBe(1);
      expect(values[0], name).toBeDefined();
    }
  });

  it.each(services)(
    '%s has a health check, or runs once and somebody waits for its end',
    (name, service) => {
      if (service.healthcheck?.disable === true) {
        const waiting = services.filter(
          ([, other]) => other.depends_on?.[name]?.condition === 'service_completed_successfully',
        );
        expect(waiting).not.toEqual([]);
        expect(service.restart ?? 'no').not.toBe('unless-stopped');
      } else if (service.build === undefined) {
        expect(service.healthcheck?.test?.[0]).toMatch(/^CMD/);
      } else {
        expect(readFileSync(join(PROJECT_ROOT, 'Dockerfile'), 'utf8')).toMatch(/^HEALTHCHECK /m);
      }
    },
  );

  it.each(services)('%s waits for health or an end, never for a mere start', (_name, service) => {
    for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(compose.services[name], name).toBeDefined();
      const runsOnce = once.some(([other]) => other === name);
      expect(condition, name).toBe(runsOnce ? 'service_completed_successfully' : 'service_healthy');
    }
  });

  it('has no circle of services that wait for each other', () => {
    const waitsFor = (name: string, path: readonly string[]): void => {
      expect(path).not.toContain(name);
      for (const next of Object.keys(compose.services[name]?.depends_on ?? {}))
        waitsFor(next, [...path, name]);
    };
    for (const [name] of services) waitsFor(name, []);
  });

  it.each(ours)('%s runs without root, capabilities or a writable image', (_name, service) => {
    expect(service.user).toBe('10001:10001');
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toContain('no-new-privileges:true');
  });

  it.each(services)(
    '%s has a pinned image, no privileges and no port beyond 127.0.0.1',
    (_name, service) => {
      expect(service.image).toMatch(/:v?\d+\.\d+\.\d+[\w.-]*$/);
      expect(service.privileged).toBeUndefined();
      expect(service.network_mode).toBeUndefined();
      expect((service.ports ?? []).filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    },
  );

  it.each(services)('%s gets secrets by file only', (_name, service) => {
    for (const [name, value] of Object.entries(service.environment ?? {})) {
      if (/PASSWORD|TOKEN|SECRET|KEY/.test(name)) expect(name).toMatch(/_FILE$/);
      expect(String(value)).not.toMatch(/:\/\/[^/]*@/);
    }
  });

  it.each(ours)(
    '%s finds every file that its environment names in a volume or a config',
    (_name, service) => {
      const targets = mountsOf(service).map((mount) => `${mount.target}/`);
      for (const [name, value] of Object.entries(service.environment ?? {})) {
        if (name === 'PROVOST_CONFIG') {
          expect(readFileSync(sourceOf(service, String(value)), 'utf8')).toContain('sources:');
        } else if (name.endsWith('_FILE')) {
          expect(
            targets.some((target) => String(value).startsWith(target)),
            name,
          ).toBe(true);
        }
      }
    },
  );

  it('lets one service write a volume; readers neither write nor fill it', () => {
    for (const volume of Object.keys(compose.volumes)) {
      const mounts = services
        .flatMap(([, service]) => mountsOf(service))
        .filter((mount) => mount.source === volume);
      expect(
        mounts.filter((mount) => !mount.readOnly),
        volume,
      ).toHaveLength(1);
      expect(
        mounts.filter((mount) => mount.readOnly && mount.copies),
        volume,
      ).toEqual([]);
    }
  });

  it.each(roles)(
    '%s keeps its host name, so that a new container may take over the data directory',
    (name, service) => {
      expect(service.hostname).toBe(name);
    },
  );

  it('keeps the broker and the database on a network that reaches nothing outside', () => {
    for (const name of ['kafka', 'clickhouse']) {
      expect(compose.services[name]?.networks).toEqual(['backend']);
      expect(compose.services[name]?.ports).toBeUndefined();
    }
    expect(compose.networks['backend']?.internal).toBe(true);
  });
});

describe('the registry of docker-compose.yml', () => {
  const registry = readRegistryConfig();
  const [endpoint] = registry.notifications.endpoints;
  const loaded = loadConfigOf(roles[0]?.[1] ?? { image: '' });
  const sources = loaded.ok ? (loaded.value.governance.sources ?? []) : [];

  it('notifies a source that the governance file registers', () => {
    const { hostname, pathname } = new URL(endpoint?.url ?? 'http://missing');
    expect(hostname).toBe('api');
    expect(sources.map(({ name }) => `/api/v1/hooks/distribution/${name}`)).toContain(pathname);
  });

  it('holds a token that is bound to that source', () => {
    const script = String(compose.services['connect-registry']?.command);
    expect(script).toContain(`--source ${sources[0]?.uri} `);
    expect(script).toContain('--role ingest');
  });

  it('carries no token in its file', () => {
    expect(endpoint?.headers.Authorization).toEqual(['Bearer @TOKEN@']);
    expect(String(compose.services['registry']?.command)).toContain('@TOKEN@');
  });

  it('lists the manifests that an image consists of', () => {
    expect(registry.notifications.events.includereferences).toBe(true);
  });
});

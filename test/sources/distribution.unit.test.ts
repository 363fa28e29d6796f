import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../services/core/json/json-value.ts';
import { readDistribution } from '../../services/sources/distribution.ts';

const context = { source: 'https://registry.test' };
const digest = `sha256:${'a1'.repeat(32)}`;
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** A notification in the shape of `notifications/event.go`, with a target of the test's own. */
function notification(action: string, target: object, rest: object = {}): JsonValue {
  return JSON.parse(
    JSON.stringify({
      id: 'f3a1',
      timestamp: '2026-03-01T09:30:00.123456789+01:00',
      action,
      target,
      request: {
        id: 'r-1',
        addr: '192.0.2.7:51522',
        host: 'registry.test:5000',
        method: 'PUT',
        useragent: 'skopeo/1.9',
      },
      actor: { name: 'alice' },
      source: { addr: 'node-1:5000', instanceID: 'i-1' },
      ...rest,
    }),
  );
}

const target = {
  mediaType: MANIFEST,
  digest,
  size: 708,
  length: 708,
  repository: 'lab/tool',
  url: `https://registry.test/v2/lab/tool/manifests/${digest}`,
  tag: '1.0',
};

function read(...events: JsonValue[]) {
  return readDistribution({ events }, context);
}

describe('the Distribution reader', () => {
  it('maps a pushed manifest with everything that the registry claims', () => {
    expect(read(notification('push', target)).events).toEqual([
      {
        specversion: '1.0',
        id: 'f3a1',
        source: 'https://registry.test',
        type: 'artifact.pushed',
        time: '2026-03-01T09:30:00.123456789+01:00',
        data: {
          registry: 'registry.test:5000',
          repository: 'lab/tool',
          actor: { name: 'alice' },
          client: { address: '192.0.2.7', userAgent: 'skopeo/1.9' },
          requestId: 'r-1',
          digest,
          tags: ['1.0'],
          mediaType: MANIFEST,
          size: 708,
        },
      },
    ]);
  });

  it('takes a push by digest as a push without tags', () => {
    const { tag: _tag, ...untagged } = target;
    expect(read(notification('push', untagged)).events[0]?.data).toMatchObject({ tags: [] });
  });

  it('reads config and layers from the references', () => {
    const references = [
      { mediaType: 'application/vnd.oci.image.config.v1+json', size: 2, digest },
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        size: 3,
        digest,
        annotations: {},
      },
    ];
    expect(read(notification('push', { ...target, references })).events[0]?.data).toMatchObject({
      configDigest: digest,
      layers: [{ digest, size: 3, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' }],
    });
  });

  it('takes a manifest of layers only as layers, without a config', () => {
    const references = [
      { mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: 3, digest },
    ];
    const data = read(notification('push', { ...target, references })).events[0]?.data;
    expect(data).toMatchObject({ layers: [{ digest }] });
    expect(data).not.toHaveProperty('configDigest');
  });

  it('reads the children of an index with their platforms', () => {
    const platform = { os: 'linux', architecture: 'arm64', variant: '', 'os.version': '1' };
    const references = [{ mediaType: MANIFEST, size: 2, digest, platform }];
    expect(read(notification('push', { ...target, references })).events[0]?.data).toMatchObject({
      children: [{ digest, platform: { os: 'linux', architecture: 'arm64' } }],
    });
  });

  it('leaves out a list of layers that is beyond bounds rather than half of it', () => {
    const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar', size: 3, digest };
    const reading = read(notification('push', { ...target, references: Array(600).fill(layer) }));
    expect(reading.events[0]?.data).not.toHaveProperty('layers');
  });

  it('maps a pull, a delete by digest, a delete by tag and the delete of a repository', () => {
    const bare = { repository: 'lab/tool' };
    const reading = read(
      notification('pull', target),
      notification('delete', { ...bare, digest }),
      notification('delete', { ...bare, tag: '1.0' }),
      notification('delete', bare),
    );
    expect(reading.unmapped).toEqual([]);
    expect(reading.events.map(({ type }) => type)).toEqual([
      'artifact.pulled',
      'artifact.deleted',
      'tag.deleted',
      'repository.deleted',
    ]);
    expect(reading.events[0]?.data).toMatchObject({ digest, tag: '1.0', bytes: 708 });
    expect(reading.events[1]?.data).toMatchObject({ digest });
    expect(reading.events[2]?.data).toMatchObject({ tag: '1.0' });
  });

  it('counts mounts and blobs and makes no event of them', () => {
    const blob = {
      ...target,
      mediaType: 'application/octet-stream',
      url: `https://registry.test/v2/lab/tool/blobs/${digest}`,
    };
    const reading = read(
      notification('push', blob),
      notification('pull', blob),
      notification('mount', { ...blob, fromRepository: 'lab/base' }),
    );
    expect(reading).toEqual({ events: [], ignored: 3, unmapped: [] });
  });

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['client.local:80', 'client.local'],
  ])('strips the port of %s', (addr, address) => {
    const event = notification('push', target, { request: { addr } });
    expect(read(event).events[0]?.data).toMatchObject({ client: { address } });
  });

  it('takes anonymous access as access without an actor', () => {
    const event = notification('pull', target, { actor: {} });
    expect(read(event).events[0]?.data).not.toHaveProperty('actor');
  });

  it('cuts an endless user agent without splitting a character', () => {
    const event = notification('pull', target, { request: { useragent: `${'a'.repeat(1023)}😀` } });
    expect(read(event).events[0]?.data).toMatchObject({ client: { userAgent: 'a'.repeat(1023) } });
  });

  it('reads what it can and names what it cannot, by its place', () => {
    const reading = read(
      notification('push', target),
      notification('push', { ...target, repository: '../etc' }),
      notification('teleport', target),
      'nonsense',
      notification('push', { ...target, mediaType: 'text/plain', url: '' }),
    );
    expect(reading.events).toHaveLength(1);
    expect(reading.unmapped.map(({ problem }) => [problem.code, problem.at])).toEqual([
      ['hook.payload', '/events/1/data/repository'],
      ['hook.payload', '/events/2/action'],
      ['hook.payload', '/events/3'],
      ['hook.payload', '/events/4/target'],
    ]);
    expect(reading.unmapped[0]?.id).toBe('f3a1');
  });

  it('takes an envelope without events as empty and anything else as unmapped', () => {
    expect(readDistribution({}, context)).toEqual({ events: [], ignored: 0, unmapped: [] });
    expect(readDistribution([], context).unmapped).toHaveLength(1);
    expect(readDistribution({ events: 'x' }, context).unmapped).toHaveLength(1);
  });

  it('accounts for every notification, whatever it looks like', () => {
    const hostile = fc.record(
      {
        id: fc.jsonValue(),
        timestamp: fc.jsonValue(),
        action: fc.oneof(fc.constantFrom('push', 'pull', 'delete', 'mount'), fc.jsonValue()),
        target: fc.oneof(
          fc.jsonValue(),
          fc.record(
            {
              mediaType: fc.constantFrom(MANIFEST, 'x'),
              digest: fc.oneof(fc.constant(digest), fc.jsonValue()),
              repository: fc.oneof(fc.constant('lab/tool'), fc.jsonValue()),
              tag: fc.jsonValue(),
              references: fc.jsonValue(),
            },
            { requiredKeys: [] },
          ),
        ),
        request: fc.jsonValue(),
        actor: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(hostile), (events) => {
        const envelope: JsonValue = JSON.parse(JSON.stringify({ events }));
        const { events: mapped, ignored, unmapped } = readDistribution(envelope, context);
        expect(mapped.length + ignored + unmapped.length).toBe(events.length);
      }),
    );
  });
});

import { createHash } from 'node:crypto';
import type { ProvostEvent, SourceEvent } from '../../services/core/events/event.ts';

/** The n-th ordinary push of about 0.9 kB, spread over 50 repositories. */
export function samplePush(n: number, prefix: string): SourceEvent {
  const digest = (name: string) => `sha256:${createHash('sha256').update(name).digest('hex')}`;
  const repository = `lab${n % 5}/tool-${n % 50}`;
  return {
    specversion: '1.0',
    id: `${prefix}-${n}`,
    source: 'https://registry.example.org',
    type: 'artifact.pushed',
    subject: `${repository}:build-${n}`,
    time: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(),
    data: {
      registry: 'registry.example.org',
      repository,
      digest: digest(`${prefix}${n}`),
      tags: [`build-${n}`],
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      size: 40_000_000 + n,
      configDigest: digest(`config${n}`),
      layers: [
        {
          digest: digest(`base${n % 7}`),
          size: 30_000_000,
          mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        },
        {
          digest: digest(`layer${n}`),
          size: 9_000_000,
          mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        },
      ],
      actor: { name: 'ci-robot', kind: 'robot' },
      client: { address: '192.0.2.10', userAgent: 'skopeo/1.14' },
    },
  };
}

/** The same, as accepted. */
export function sampleAccepted(n: number, prefix: string, receivedtime: string): ProvostEvent {
  const event = samplePush(n, prefix);
  return {
    ...event,
    time: event.time ?? receivedtime,
    receivedtime,
    project: `lab${n % 5}`,
    trust: 'claimed',
  } as ProvostEvent;
}

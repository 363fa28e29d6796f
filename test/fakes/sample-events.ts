import { createHash } from 'node:crypto';
import type { EventData, EventType } from '../../services/core/events/catalogue.ts';
import type { EventOf } from '../../services/core/events/event.ts';
import type { Finding } from '../../services/core/finding.ts';

/** The SHA-256 digest of a word, so that a test can name images by words. */
export function digestOf(word: string): string {
  return `sha256:${createHash('sha256').update(word).digest('hex')}`;
}

export type SampleHead = {
  readonly id: string;
  readonly time?: string;
  readonly project?: string;
  readonly source?: string;
};

/** An accepted event of any type; what is not said is the same for every sample. */
export function sample<T extends EventType>(
  type: T,
  head: SampleHead,
  data: EventData<T>,
): EventOf<T> {
  const time = head.time ?? '2026-03-01T00:00:00Z';
  return {
    specversion: '1.0',
    id: head.id,
    source: head.source ?? 'urn:test:registry',
    type,
    time,
    data,
    receivedtime: new Date(Date.parse(time)).toISOString(),
    project: head.project ?? 'lab',
    trust: 'authenticated',
  } as unknown as EventOf<T>;
}

/** A push of `lab/tool:1.0` by alice unless something else is said. */
export function pushed(
  options: SampleHead & {
    readonly repository?: string;
    readonly tags?: readonly string[];
    readonly digest?: string;
    readonly actor?: string;
    readonly data?: Partial<EventData<'artifact.pushed'>>;
  },
): EventOf<'artifact.pushed'> {
  return sample('artifact.pushed', options, {
    registry: 'registry.example',
    repository: options.repository ?? 'lab/tool',
    digest: options.digest ?? digestOf('tool'),
    tags: [...(options.tags ?? ['1.0'])],
    actor: { name: options.actor ?? 'alice' },
    ...options.data,
  });
}

/** A successful build run whose output is the digest. */
export function built(
  options: SampleHead & { readonly digest: string; readonly repository?: string },
): EventOf<'build.finished'> {
  return sample('build.finished', options, {
    runId: options.id,
    builderId: 'https://ci.example/runner',
    outcome: 'success',
    outputs: [
      {
        registry: 'registry.example',
        repository: options.repository ?? 'lab/tool',
        digest: options.digest,
      },
    ],
  });
}

/** A finding about `lab/tool:1.0` that rests on entry 0 of shard 0 unless something else is said. */
export function sampleFinding(options: Partial<Finding> & { readonly word: string }): Finding {
  const { word, ...rest } = options;
  return {
    findingId: createHash('sha256').update(word).digest('hex').slice(0, 32),
    rule: 'tag-mutation',
    detector: 'D01',
    version: 1,
    severity: 'high',
    disposition: 'page',
    title: 'Tag 1.0 of lab/tool was overwritten',
    message: 'The tag points to content that no build explains.',
    subject: { kind: 'tag', key: 'tag:lab/tool:1.0', repository: 'lab/tool', tag: '1.0' },
    observed: { digest: digestOf('evil') },
    expected: { digest: digestOf('tool') },
    evidence: [{ shard: 0, index: 0, source: 'urn:test:registry', id: 'push-1', role: 'judged' }],
    score: { base: 0.9, final: 0.9 },
    context: [],
    remediation: {
      summary: 'Move the tag back.',
      owner: 'registry administrator',
      steps: [{ text: 'Move the tag back', command: "skopeo copy 'a' 'b'" }],
    },
    occurredAt: '2026-03-01T00:00:00Z',
    ...rest,
  };
}

/** The event that carries a finding. */
export function raised(
  finding: Finding,
  head: Partial<SampleHead> = {},
): EventOf<'finding.raised'> {
  const project = head.project ?? 'lab';
  return sample(
    'finding.raised',
    { id: finding.findingId, source: 'urn:provost', time: finding.occurredAt, ...head },
    { project, finding },
  );
}

import type { ProvostEvent } from '../core/events/event.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json/json-value.ts';
import { PACK_FILES } from './pack-format.ts';
import type { PackScope } from './select-entries.ts';

/** What the crate says of one file beside its name. */
export type CrateFile = { readonly name: string; readonly size: number };

/** Images and runs that the events name, as crate entities; the first so many of each. */
export type CrateContext = {
  readonly observe: (event: ProvostEvent) => void;
  readonly entities: () => readonly JsonObject[];
  /** Distinct images and runs seen, those beyond the bound included. */
  readonly counts: () => { readonly images: number; readonly runs: number };
};

const CONTEXT = 'https://w3id.org/ro/crate/1.2/context';
const WORKFLOW_RUN = 'https://w3id.org/ro/terms/workflow-run#';
const TERMS = '#terms';
const PUBLISHER = '#publisher';
const STATUS = {
  completed: 'http://schema.org/CompletedActionStatus',
  failed: 'http://schema.org/FailedActionStatus',
};
const MOST_ENTITIES = 1000;

/** Collects the images and runs of a pack in bounded memory, in the order of its events. */
export function createCrateContext(): CrateContext {
  const entities = new Map<string, JsonObject>();
  const images = new Set<string>();
  const runs = new Set<string>();
  const add = (seen: Set<string>, entity: JsonObject & { readonly '@id': string }) => {
    const id = entity['@id'];
    if (seen.has(id)) return;
    seen.add(id);
    if (seen.size <= MOST_ENTITIES) entities.set(id, entity);
  };
  return {
    observe: (event) => {
      const image = toImage(event);
      if (image !== undefined) add(images, image);
      const run = toRun(event);
      if (run !== undefined) add(runs, run);
    },
    entities: () => [...entities.values()],
    counts: () => ({ images: images.size, runs: runs.size }),
  };
}

/** The RO-Crate 1.2 metadata document of a pack; the same for the same events. */
export function buildCrate(options: {
  readonly scope: PackScope;
  /** Name of the log whose owner publishes the pack. */
  readonly origin: string;
  readonly files: readonly CrateFile[];
  readonly context: CrateContext;
  readonly entries: number;
  readonly findings: number;
}): JsonObject {
  const { scope, origin, files, context, entries, findings } = options;
  const { project, from, to } = scope;
  const mentioned = context.entities();
  const { images, runs } = context.counts();
  const kept = `${Math.min(images, MOST_ENTITIES)} of ${images} images and ${Math.min(runs, MOST_ENTITIES)} of ${runs} runs are described here`;
  const root: JsonObject = {
    '@id': './',
    '@type': 'Dataset',
    name: `Compliance pack of project ${project}, ${from} to ${to}`,
    description: `${entries} audit events and ${findings} findings of project ${project}, each with a proof that a signed, append-only log holds it; ${kept}. README.txt says how to verify the pack without any service.`,
    datePublished: new Date(to).toISOString(),
    temporalCoverage: `${new Date(from).toISOString()}/${new Date(to).toISOString()}`,
    license: { '@id': TERMS },
    publisher: { '@id': PUBLISHER },
    hasPart: files.map(({ name }) => ({ '@id': name })),
    ...(mentioned.length > 0 && { mentions: mentioned.map((entity) => ref(entity)) }),
  };
  const graph: JsonValue[] = [
    {
      '@id': PACK_FILES.crate,
      '@type': 'CreativeWork',
      conformsTo: { '@id': 'https://w3id.org/ro/crate/1.2' },
      about: { '@id': './' },
    },
    root,
    {
      '@id': TERMS,
      '@type': 'CreativeWork',
      name: 'Terms of use',
      description:
        'Handed out by the owner of the log so that it can be verified; ask the owner about any other use.',
    },
    { '@id': PUBLISHER, '@type': 'Organization', name: `Owner of the log ${origin}` },
    ...files.map(toFile),
    ...mentioned,
    ...statusesOf(mentioned).map(toStatus),
  ];
  return {
    '@context': [
      CONTEXT,
      {
        ContainerImage: `${WORKFLOW_RUN}ContainerImage`,
        registry: `${WORKFLOW_RUN}registry`,
        tag: `${WORKFLOW_RUN}tag`,
        imageDigest: `${WORKFLOW_RUN}sha256`,
      },
    ],
    '@graph': graph,
  };
}

function toFile({ name, size }: CrateFile): JsonObject {
  return {
    '@id': name,
    '@type': 'File',
    name,
    description: describe(name),
    encodingFormat: encodingOf(name),
    ...(size >= 0 && { contentSize: String(size) }),
  };
}

function toImage(event: ProvostEvent): (JsonObject & { readonly '@id': string }) | undefined {
  if (event.type !== 'artifact.pushed') return undefined;
  const { registry, repository, digest, tags } = event.data;
  const algorithm = digest.startsWith('sha256:') ? digest.slice('sha256:'.length) : undefined;
  return {
    '@id': `#image-${encodeURIComponent(`${registry ?? ''}/${repository}@${digest}`)}`,
    '@type': ['CreativeWork', 'ContainerImage'],
    name: `${repository}@${digest}`,
    ...(registry !== undefined && { registry }),
    ...(tags.length > 0 && { tag: single(tags) }),
    ...(algorithm !== undefined && { imageDigest: algorithm }),
  };
}

function toRun(event: ProvostEvent): (JsonObject & { readonly '@id': string }) | undefined {
  if (event.type !== 'build.finished' && event.type !== 'workflow-run.finished') return undefined;
  const { runId, outcome, startedAt, finishedAt } = event.data;
  const kind = event.type === 'build.finished' ? 'Build' : 'Workflow run';
  return {
    '@id': `#run-${encodeURIComponent(`${event.source}/${runId}`)}`,
    '@type': 'CreateAction',
    name: `${kind} ${runId}`,
    actionStatus: { '@id': outcome === 'success' ? STATUS.completed : STATUS.failed },
    ...(startedAt !== undefined && { startTime: startedAt }),
    endTime: finishedAt ?? event.time,
  };
}

function describe(name: string): string {
  switch (name) {
    case PACK_FILES.readme:
      return 'How to verify this pack by hand';
    case PACK_FILES.events:
      return 'Audit events, one RFC 8785 JSON text a line: exactly the bytes that the log holds';
    case PACK_FILES.findings:
      return 'Findings of the detectors, taken out of the events';
    case PACK_FILES.manifest:
      return 'Names, sizes and SHA-256 digests of all files';
    case PACK_FILES.signature:
      return 'Signed note (C2SP) over the digest of the manifest';
    case PACK_FILES.proofs:
      return 'One inclusion proof (RFC 6962) for each line of events.ndjson';
    case PACK_FILES.reportHtml:
      return 'Audit report for people';
    case PACK_FILES.reportJson:
      return 'Audit report for machines';
    default:
      return name.startsWith('checkpoints/')
        ? 'Signed checkpoint (C2SP) that the proofs of this shard lead to'
        : 'Data of an event that is too large for its leaf';
  }
}

function encodingOf(name: string): string {
  if (name.endsWith('.ndjson')) return 'application/x-ndjson';
  if (name.endsWith('.json')) return 'application/json';
  return name.endsWith('.html') ? 'text/html' : 'text/plain';
}

/** The outcomes that the runs refer to. */
function statusesOf(mentioned: readonly JsonObject[]): readonly string[] {
  const used = new Set(mentioned.map((entity) => entity['actionStatus']).filter(isJsonObject));
  const ids = new Set([...used].map((status) => status['@id']));
  return Object.values(STATUS).filter((id) => ids.has(id));
}

function toStatus(id: string): JsonObject {
  return {
    '@id': id,
    '@type': 'ActionStatusType',
    name: id === STATUS.completed ? 'completed' : 'failed',
  };
}

/** RO-Crate wants a single value as itself, not as a list of one. */
function single(values: readonly string[]): JsonValue {
  return values.length === 1 ? (values[0] ?? '') : [...values];
}

function ref(entity: JsonObject): JsonObject {
  return { '@id': entity['@id'] ?? '' };
}

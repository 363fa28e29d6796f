import type { EventData } from '../../services/core/events/catalogue.ts';
import type { SourceEvent } from '../../services/core/events/event.ts';
import type { Chronicle } from './chronicle.ts';
import { actorOf, clientOf, commitOf, digestOf, type Person, type Product } from './product.ts';
import { HOUR, MINUTE } from './times.ts';

/** An image that a run produced, or that somebody made elsewhere. */
export type Image = { readonly digest: string; readonly runId: string; readonly commit: string };

/** Somebody pushes a commit to the main branch; it becomes the product's head. */
export function tellCommit(
  chronicle: Chronicle,
  product: Product,
  at: number,
  more: Partial<EventData<'source.ref-updated'>> = {},
): SourceEvent {
  const author = product.random.pick(product.people);
  const before = product.commit;
  product.commit = commitOf(`${product.repository} ${product.random.hex(12)}`);
  return chronicle.tell(at, 'source.ref-updated', {
    sourceRepository: product.git,
    ref: 'refs/heads/main',
    before,
    after: product.commit,
    forced: false,
    pusher: actorOf(author),
    author: actorOf(author),
    committer: actorOf(author),
    authoredAt: new Date(at - 20 * MINUTE).toISOString(),
    reachableFrom: ['main'],
    paths: [`src/part-${product.random.between(1, 9)}.py`, 'README.md'],
    ...more,
  });
}

/** The data of the run that the product's pipeline would do now, with an image that nobody has seen. */
export function buildData(product: Product, at: number): EventData<'build.finished'> {
  const { random } = product;
  const runId = `run-${random.hex(10)}`;
  return {
    runId,
    builderId: product.builder,
    buildType: 'https://forge.example/build-types/workflow',
    sourceRepository: product.git,
    commit: product.commit,
    ref: 'refs/heads/main',
    trigger: product.trigger,
    actor: actorOf(random.pick(product.people)),
    workflow: { ...product.workflow },
    environment: product.environment.map((variable) => ({ ...variable })),
    parameters: { target: 'release' },
    outcome: 'success',
    startedAt: new Date(at - 6 * MINUTE).toISOString(),
    finishedAt: new Date(at - 5000).toISOString(),
    dependencies: {
      declared: declaredBy(product),
      resolved: product.dependencies.map((item) => ({ ...item })),
    },
    baseImage: { ...product.base },
    steps: ['checkout', 'test', 'publish'].map((name) => ({ name, outcome: 'success' as const })),
    outputs: [
      { repository: product.repository, digest: digestOf(`${product.repository} ${runId}`) },
    ],
  };
}

/** What the product's manifest asks for: names alone, or with their versions. */
export function declaredBy({
  dependencies,
  unpinned,
}: Product): { name: string; version?: string }[] {
  return dependencies.map(({ name, version }) =>
    unpinned ? { name: name.replace(/\?.*/, '') } : { name, version },
  );
}

/** What is known of a run when it starts. */
export function startOf(data: EventData<'build.finished'>): EventData<'build.started'> {
  const { outcome: _o, startedAt: _s, finishedAt: _f, ...rest } = data;
  const { dependencies: _d, baseImage: _b, steps: _st, outputs: _ou, ...start } = rest;
  return start;
}

/** Tells a run, started and finished. The image is its first output. */
export function tellBuild(
  chronicle: Chronicle,
  product: Product,
  at: number,
  more: Partial<EventData<'build.finished'>> = {},
): Image & { readonly event: SourceEvent; readonly started: SourceEvent } {
  const data = { ...buildData(product, at), ...more };
  return {
    started: chronicle.tell(at - 6 * MINUTE, 'build.started', startOf(data)),
    event: chronicle.tell(at, 'build.finished', data),
    digest: data.outputs?.[0]?.digest ?? digestOf(`${product.repository} ${data.runId}`),
    runId: data.runId,
    commit: data.commit ?? '',
  };
}

/** An image that no run has made. */
export function strangeImage(product: Product): Image {
  const word = product.random.hex(10);
  return { digest: digestOf(`${product.repository} ${word}`), runId: `none-${word}`, commit: '' };
}

/** Pushes the image under the tags, as the product's robot unless somebody else does it. */
export function tellPush(
  chronicle: Chronicle,
  product: Product,
  at: number,
  image: Image,
  tags: readonly string[],
  by: Person = product.robot,
  more: Partial<EventData<'artifact.pushed'>> = {},
): SourceEvent {
  for (const tag of tags) product.tags.set(tag, image.digest);
  product.layers.app[1] = digestOf(`${image.digest} app`);
  return chronicle.tell(at, 'artifact.pushed', {
    registry: 'cr.example',
    repository: product.repository,
    digest: image.digest,
    tags: [...tags],
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    size: 61_000_000 + product.random.between(0, 400_000),
    layers: [...product.layers.base, ...product.layers.app].map((digest, n) => ({
      digest,
      size: n === 0 ? 30_000_000 : 15_000_000 + n,
    })),
    baseImage: { ...product.base },
    labels: { 'org.opencontainers.image.source': product.git },
    actor: actorOf(by),
    client: clientOf(by),
    ...more,
  });
}

export function tellMove(
  chronicle: Chronicle,
  product: Product,
  at: number,
  tag: string,
  to: string,
  by: Person = product.robot,
): SourceEvent {
  const from = product.tags.get(tag) ?? null;
  product.tags.set(tag, to);
  return chronicle.tell(at, 'tag.moved', {
    registry: 'cr.example',
    repository: product.repository,
    tag,
    from,
    to,
    actor: actorOf(by),
    client: clientOf(by),
  });
}

export function tellAttestation(
  chronicle: Chronicle,
  product: Product,
  at: number,
  image: Image,
  more: Partial<EventData<'attestation.attached'>> = {},
): SourceEvent {
  return chronicle.tell(at, 'attestation.attached', {
    repository: product.repository,
    digest: image.digest,
    predicateType: 'https://slsa.dev/provenance/v1',
    signer: { ...product.signer },
    builderId: product.builder,
    runId: image.runId,
    sourceRepository: product.git,
    commit: image.commit,
    verified: true,
    ...more,
  });
}

export function tellSbom(
  chronicle: Chronicle,
  product: Product,
  at: number,
  image: Image,
): SourceEvent {
  const { base, app } = product.packages;
  return chronicle.tell(at, 'sbom.attached', {
    repository: product.repository,
    digest: image.digest,
    format: 'CycloneDX 1.6',
    components: [...base, ...app].map((purl) => ({ purl })),
  });
}

export function tellInspection(
  chronicle: Chronicle,
  product: Product,
  at: number,
  image: Image,
  more: Partial<EventData<'artifact.inspected'>> = {},
): SourceEvent {
  const { base, app } = product.packages;
  return chronicle.tell(at, 'artifact.inspected', {
    repository: product.repository,
    digest: image.digest,
    entrypoint: ['/usr/bin/tini', '--'],
    command: ['serve'],
    user: '1000',
    environment: product.environment.slice(1).map((variable) => ({ ...variable })),
    labels: { 'org.opencontainers.image.revision': image.commit || product.commit },
    history: ['FROM debian', 'RUN pip install -r requirements.txt', 'COPY . /app'],
    diffIds: [...product.layers.base, ...product.layers.app],
    baseImage: { ...product.base },
    packages: [...base, ...app].map((purl) => ({ purl })),
    ...more,
  });
}

/** One release as the product usually does it: commit, run, push, attestation, SBOM, inspection. */
export function tellRelease(
  chronicle: Chronicle,
  product: Product,
  at: number,
  tags: readonly string[],
): Image {
  const { habits } = product;
  if (habits.refs) {
    tellCommit(chronicle, product, at - HOUR / 2);
    const version = tags.find((tag) => /\d+\.\d+\.\d+/.test(tag));
    if (version !== undefined && habits.built)
      tellVersionRef(chronicle, product, at - 10 * MINUTE, version);
  }
  const image = habits.built ? tellBuild(chronicle, product, at) : strangeImage(product);
  const by = habits.built ? product.robot : product.random.pick(product.people.slice(0, 2));
  tellPush(chronicle, product, at + 30_000, image, tags, by);
  if (habits.attested) tellAttestation(chronicle, product, at + 45_000, image);
  if (habits.sboms) tellSbom(chronicle, product, at + 50_000, image);
  if (habits.inspected) tellInspection(chronicle, product, at + 2 * MINUTE, image);
  return image;
}

/** The git tag of a version, on the head of the main branch. */
export function tellVersionRef(
  chronicle: Chronicle,
  product: Product,
  at: number,
  version: string,
  more: Partial<EventData<'source.ref-updated'>> = {},
): SourceEvent {
  const [person = product.robot] = product.people;
  return chronicle.tell(at, 'source.ref-updated', {
    sourceRepository: product.git,
    ref: `refs/tags/${version}`,
    before: null,
    after: product.commit,
    pusher: actorOf(person),
    author: actorOf(person),
    committer: actorOf(person),
    authoredAt: new Date(at - HOUR).toISOString(),
    reachableFrom: ['main'],
    ...more,
  });
}

/** A digest that runs of a workflow used. */
export function tellRun(
  chronicle: Chronicle,
  product: Product,
  at: number,
  digest: string,
  more: Partial<EventData<'workflow-run.finished'>> = {},
): SourceEvent {
  const runId = `wf-${product.random.hex(8)}`;
  const head = { runId, engine: 'nextflow 24.04', workflow: `${product.project}-analysis` };
  const by = actorOf(product.random.pick(product.people));
  chronicle.tell(at - 3 * HOUR, 'workflow-run.started', { ...head, actor: by });
  return chronicle.tell(at, 'workflow-run.finished', {
    ...head,
    actor: by,
    outcome: 'success',
    startedAt: new Date(at - 3 * HOUR).toISOString(),
    finishedAt: new Date(at).toISOString(),
    steps: [{ name: 'analyse', repository: product.repository, digest }],
    ...more,
  });
}

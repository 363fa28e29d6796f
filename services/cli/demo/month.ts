import type { SourceEvent } from '../../core/events/event.ts';
import { type DemoRepository, LABS, type Lab } from './labs.ts';
import { createRandom, type Random } from './random.ts';

const REGISTRY_SOURCE = 'https://registry.example.org';
const CI_SOURCE = 'https://ci.example.org';
const ENGINE_SOURCE = 'https://workflows.example.org';
const REGISTRY = 'registry.example.org';
const DAY = 86_400_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const DAYS = 30;
/** 1 October 2026, a Thursday. */
const START = Date.UTC(2026, 9, 1);

export const MONTH = { from: '2026-10-01T00:00:00Z', to: '2026-10-31T00:00:00Z' } as const;

/** The three incidents hidden in the month: what a viewer should see alerted. */
export const PLANTED = [
  {
    rule: 'tag-mutation',
    repository: 'genomics/aligner',
    story: 'a released version tag is moved to an image that nobody built',
  },
  {
    rule: 'provenance-gap',
    repository: 'climate/ocean-model',
    story: 'an image appears that no build explains',
  },
  {
    rule: 'reproducibility-loss',
    repository: 'imaging/segment',
    story: 'an image that a workflow run cites is deleted',
  },
] as const;

/** One release that was made in the month, so that incidents can strike it. */
type Release = { readonly tag: string; readonly digest: string; readonly at: number };

type Story = {
  readonly random: Random;
  readonly events: SourceEvent[];
  readonly releases: Map<string, Release[]>;
  readonly cited: Map<string, string[]>;
  nextId: number;
};

/**
 * A month of an invented institute's registry and build traffic, about 5,000 events in time order, always the same:
 * builds, attested pushes, releases, pulls, workflow runs that cite digests, and the {@link PLANTED} incidents.
 */
export function demoMonth(): readonly SourceEvent[] {
  const story: Story = {
    random: createRandom(20_261_001),
    events: [],
    releases: new Map(),
    cited: new Map(),
    nextId: 1,
  };
  for (let day = 0; day < DAYS; day += 1) {
    for (const lab of LABS)
      for (const repository of lab.repositories) ordinaryDay(story, lab, repository, day);
  }
  hijackTag(story, START + 24 * DAY + 2 * HOUR + 13 * MINUTE);
  pushWithoutBuild(story, START + 26 * DAY + 21 * HOUR + 40 * MINUTE);
  deleteCitedDigest(story, START + 28 * DAY + 16 * HOUR + 5 * MINUTE);
  return story.events.sort((a, b) => Date.parse(a.time ?? '') - Date.parse(b.time ?? ''));
}

function ordinaryDay(story: Story, lab: Lab, repository: DemoRepository, day: number): void {
  const { random } = story;
  const weekday = new Date(START + day * DAY).getUTCDay();
  const working = weekday !== 0 && weekday !== 6;
  const builds = working ? count(random, repository.buildsADay) : 0;
  // The first day always has a release, so that there is something to pull and to cite.
  for (let build = 0; build < Math.max(builds, day === 0 ? 1 : 0); build += 1) {
    const at = START + day * DAY + 8 * HOUR + random.below(9 * 60) * MINUTE;
    buildAndPush(story, lab, repository, at, day === 0 || random.next() < repository.releaseChance);
  }
  const pulls = count(random, repository.pullsADay * (working ? 1 : 0.3));
  for (let pull = 0; pull < pulls; pull += 1)
    pullRelease(story, lab, repository, START + day * DAY + random.below(24 * 60) * MINUTE);
  if (repository.cited && working && random.next() < 0.5)
    runWorkflow(story, lab, repository, START + day * DAY + 18 * HOUR + random.below(120) * MINUTE);
}

function buildAndPush(
  story: Story,
  lab: Lab,
  repository: DemoRepository,
  at: number,
  release: boolean,
): void {
  const { random } = story;
  const digest = newDigest(random);
  const commit = random.hex(40);
  const runId = `${lab.namespace}-${story.nextId}`;
  const releases = story.releases.get(repository.name) ?? [];
  const tag = release ? `v1.${Math.floor(releases.length / 4)}.${releases.length % 4}` : undefined;
  const tags = tag === undefined ? ['nightly'] : ['nightly', tag];
  const sourceRepository = `${lab.git}/${repository.name.split('/')[1]}`;
  const builderId = 'https://ci.example.org/runners/hosted';
  add(story, CI_SOURCE, 'build.finished', at, repository.name, {
    runId,
    attempt: 1,
    builderId,
    buildType: 'https://ci.example.org/container-build/v1',
    sourceRepository,
    commit,
    ref: tag === undefined ? 'refs/heads/main' : `refs/tags/${tag}`,
    trigger: 'push',
    actor: { name: random.pick(lab.people), kind: 'user' },
    workflow: { path: '.ci/build.yaml' },
    outcome: 'success',
    outputs: [{ registry: REGISTRY, repository: repository.name, digest, tags }],
  });
  add(story, REGISTRY_SOURCE, 'artifact.pushed', at + 20_000, `${repository.name}@${digest}`, {
    registry: REGISTRY,
    repository: repository.name,
    digest,
    tags,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    size: 40_000_000 + random.below(8_000_000),
    actor: { name: lab.robot, kind: 'robot' },
    client: { address: `${lab.network}.10`, userAgent: 'skopeo/1.14' },
  });
  add(story, CI_SOURCE, 'attestation.attached', at + 35_000, `${repository.name}@${digest}`, {
    registry: REGISTRY,
    repository: repository.name,
    digest,
    predicateType: 'https://slsa.dev/provenance/v1',
    signer: { identity: `${lab.robot}@ci.example.org`, issuer: 'https://ci.example.org' },
    builderId,
    runId,
    sourceRepository,
    commit,
    verified: true,
  });
  if (tag !== undefined)
    story.releases.set(repository.name, [...releases, { tag, digest, at: at + 20_000 }]);
}

function pullRelease(story: Story, lab: Lab, repository: DemoRepository, at: number): void {
  const { random } = story;
  const released = (story.releases.get(repository.name) ?? []).filter((release) => release.at < at);
  const release = released[released.length - 1 - random.below(Math.min(3, released.length))];
  if (release === undefined) return;
  add(story, REGISTRY_SOURCE, 'artifact.pulled', at, `${repository.name}:${release.tag}`, {
    registry: REGISTRY,
    repository: repository.name,
    digest: release.digest,
    tag: release.tag,
    actor: { name: random.next() < 0.6 ? `${lab.namespace}-cluster` : random.pick(lab.people) },
    client: { address: `${lab.network}.${20 + random.below(30)}`, userAgent: 'containerd/1.7' },
  });
}

function runWorkflow(story: Story, lab: Lab, repository: DemoRepository, at: number): void {
  const { random } = story;
  const release = (story.releases.get(repository.name) ?? [])
    .filter((candidate) => candidate.at < at)
    .at(-1);
  if (release === undefined) return;
  const runId = `run-${story.nextId}`;
  const cited = story.cited.get(repository.name) ?? [];
  if (!cited.includes(release.digest)) story.cited.set(repository.name, [...cited, release.digest]);
  add(story, ENGINE_SOURCE, 'workflow-run.finished', at, runId, {
    runId,
    engine: 'nextflow 24.10',
    workflow: `${lab.git}/pipelines/${repository.name.split('/')[1]}`,
    actor: { name: random.pick(lab.people), kind: 'user' },
    outcome: 'success',
    steps: [
      {
        name: 'main',
        registry: REGISTRY,
        repository: repository.name,
        tag: release.tag,
        digest: release.digest,
      },
    ],
    citation: `https://doi.example.org/10.9999/${runId}`,
  });
}

/** At night a stranger pushes another image over a released version tag, and puts the old one back an hour later. */
function hijackTag(story: Story, at: number): void {
  const repository = 'genomics/aligner';
  const victim = releaseBefore(story, repository, at);
  const digest = newDigest(story.random);
  const stranger = {
    actor: { name: 'jonas.lind', kind: 'user' as const },
    client: { address: '203.0.113.250', userAgent: 'crane/0.19' },
  };
  add(story, REGISTRY_SOURCE, 'artifact.pushed', at, `${repository}:${victim.tag}`, {
    registry: REGISTRY,
    repository,
    digest,
    tags: [victim.tag],
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    size: 51_300_000,
    ...stranger,
  });
  add(story, REGISTRY_SOURCE, 'tag.moved', at + 47 * MINUTE, `${repository}:${victim.tag}`, {
    registry: REGISTRY,
    repository,
    tag: victim.tag,
    from: digest,
    to: victim.digest,
    ...stranger,
  });
}

/** The usual robot account pushes a release that no build run and no attestation explains. */
function pushWithoutBuild(story: Story, at: number): void {
  const repository = 'climate/ocean-model';
  const digest = newDigest(story.random);
  add(story, REGISTRY_SOURCE, 'artifact.pushed', at, `${repository}:v1.9.0`, {
    registry: REGISTRY,
    repository,
    digest,
    tags: ['v1.9.0', 'nightly'],
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    size: 44_000_000,
    actor: { name: 'climate-ci', kind: 'robot' },
    client: { address: '198.51.100.10', userAgent: 'skopeo/1.14' },
  });
}

/** Somebody tidies up and deletes an image that a published workflow run used. */
function deleteCitedDigest(story: Story, at: number): void {
  const repository = 'imaging/segment';
  const digest = story.cited.get(repository)?.[0] ?? newDigest(story.random);
  add(story, REGISTRY_SOURCE, 'artifact.deleted', at, `${repository}@${digest}`, {
    registry: REGISTRY,
    repository,
    digest,
    actor: { name: 'oskar.berg', kind: 'user' },
    client: { address: '203.0.113.31', userAgent: 'Mozilla/5.0' },
    reason: 'clean-up of old images',
  });
}

function releaseBefore(story: Story, repository: string, at: number): Release {
  const release = (story.releases.get(repository) ?? [])
    .filter((candidate) => candidate.at < at - 5 * DAY)
    .at(-1);
  if (release === undefined) throw new Error(`the demo month has no release of ${repository}`);
  return release;
}

function add<T extends SourceEvent['type']>(
  story: Story,
  source: string,
  type: T,
  at: number,
  subject: string,
  data: Extract<SourceEvent, { type: T }>['data'],
): void {
  const id = `demo-${String(story.nextId).padStart(5, '0')}`;
  story.nextId += 1;
  story.events.push({
    specversion: '1.0',
    id,
    source,
    type,
    subject,
    time: new Date(at).toISOString(),
    data,
  } as SourceEvent);
}

function newDigest(random: Random): string {
  return `sha256:${random.hex(64)}`;
}

/** Rounds a mean up or down by chance, so that the long run keeps it. */
function count(random: Random, mean: number): number {
  return Math.floor(mean) + (random.next() < mean % 1 ? 1 : 0);
}

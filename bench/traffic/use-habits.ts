import { tellRun } from './pipeline.ts';
import { clockTime, daysOf, everyDays, type Place, workTime } from './place.ts';
import { actorOf, clientOf, commitOf, digestOf, type Product } from './product.ts';
import { DAY, HOUR, MINUTE } from './times.ts';

/** Clusters and people pull what there is, in small numbers, by digest or by a tag that moves. */
export function pullDaily(place: Place, product: Product): void {
  const { chronicle, random } = place;
  const cluster = { address: `198.51.100.${random.between(40, 200)}`, userAgent: 'containerd/1.7' };
  const pull = (at: number): void => {
    for (let turn = random.between(1, 3); turn > 0; turn -= 1) {
      const found = anyTag(place, product);
      if (found === undefined) return;
      chronicle.tell(at + turn * 9000, 'artifact.pulled', {
        repository: product.repository,
        ...found,
        bytes: 61_000_000,
        actor: { name: `${place.project}-cluster` },
        client: cluster,
      });
    }
  };
  for (const day of everyDays(place, 3, false)) {
    const at = clockTime(place, day, random.between(0, 23));
    place.plan(at, () => pull(at));
  }
}

/** A course begins: hundreds of pulls of one image from one address within minutes. */
export function teachCourse(place: Place, product: Product): void {
  const { chronicle, random } = place;
  const teach = (at: number): void => {
    const digest = product.tags.get('latest') ?? digestOf(product.repository);
    for (let turn = random.between(60, 120); turn > 0; turn -= 1) {
      chronicle.tell(at + random.between(0, 600) * 1000, 'artifact.pulled', {
        repository: product.repository,
        tag: 'latest',
        digest,
        bytes: random.chance(0.4) ? 4000 : 61_000_000,
        client: { address: '203.0.113.77', userAgent: 'apptainer/1.3' },
      });
    }
  };
  for (const day of everyDays(place, 60)) {
    const at = clockTime(place, day, 10);
    place.plan(at, () => teach(at));
  }
}

/** A mirror copies everything there is, every night, from the same place. */
export function mirrorNightly(place: Place): void {
  const { chronicle } = place;
  const mirror = { name: 'mirror-sync', address: '198.51.100.9', userAgent: 'skopeo/1.16' };
  const copy = (at: number): void => {
    place.products.forEach((product, n) => {
      const digest = product.tags.get('latest') ?? [...product.tags.values()].at(-1);
      if (digest === undefined) return;
      chronicle.tell(at + n * 40_000, 'artifact.pulled', {
        repository: product.repository,
        digest,
        bytes: 61_000_000,
        actor: actorOf(mirror),
        client: clientOf(mirror),
      });
    });
  };
  for (const day of daysOf(place)) {
    const at = clockTime(place, day, 3);
    place.plan(at, () => copy(at));
  }
}

/** Analyses run on one version for weeks, then on a newer one; some are cited in papers. */
export function analyse(place: Place, product: Product): void {
  const { chronicle, random } = place;
  let pinned: { readonly tag: string; readonly digest: string } | undefined;
  let since = 0;
  const run = (at: number): void => {
    if (pinned === undefined || at - since > 40 * DAY) {
      pinned = newestVersion(product);
      since = at;
    }
    if (pinned === undefined) return;
    const steps = [{ name: 'analyse', repository: product.repository, ...pinned }];
    const citation = random.chance(0.05) ? { citation: `doi:10.5555/${random.hex(6)}` } : {};
    tellRun(chronicle, product, at, pinned.digest, { steps, ...citation });
  };
  for (const day of everyDays(place, 3)) {
    const at = workTime(place, day);
    place.plan(at, () => run(at));
  }
}

function newestVersion(product: Product): { tag: string; digest: string } | undefined {
  const found = [...product.tags].filter(([tag]) => /^\d+\.\d+\.\d+$/.test(tag)).at(-1);
  return found === undefined ? undefined : { tag: found[0], digest: found[1] };
}

function anyTag({ random }: Place, product: Product): { tag: string; digest: string } | undefined {
  if (product.tags.size === 0) return undefined;
  const [tag, digest] = random.pick([...product.tags]);
  return { tag, digest };
}

/** Libraries are published by the pipeline, attested, from commits of the main branch. */
export function publishPackages(place: Place, gap: number, attested: boolean): void {
  const { chronicle, random, project } = place;
  let patch = 0;
  for (const day of everyDays(place, gap)) {
    patch += 1;
    const at = workTime(place, day);
    const git = `https://forge.example/${project}/lib`;
    const commit = commitOf(`${git} ${patch}`);
    const [author] = place.people;
    if (author === undefined) return;
    chronicle.tell(at - HOUR, 'source.ref-updated', {
      sourceRepository: git,
      ref: 'refs/heads/main',
      after: commit,
      pusher: actorOf(author),
      author: actorOf(author),
      reachableFrom: ['main'],
    });
    const digest = digestOf(`${git} ${patch}`);
    chronicle.tell(at - 5 * MINUTE, 'build.finished', {
      runId: `lib-${random.hex(8)}`,
      builderId: 'https://forge.example/runners/hosted',
      sourceRepository: git,
      commit,
      trigger: 'push',
      actor: actorOf(author),
      workflow: { path: '.ci/publish.yml', digest: digestOf(`${git} publish`) },
      outcome: 'success',
      steps: [{ name: 'publish', outcome: 'success' }],
      outputs: [{ digest, name: `lib-1.0.${patch}.whl` }],
    });
    chronicle.tell(at, 'package.published', {
      purl: `pkg:pypi/${project}-lib@1.0.${patch}`,
      registry: 'pypi.example',
      publisher: { name: `${project}-publisher` },
      digest,
      attested,
      sourceRepository: git,
      commit,
      installScript: false,
    });
  }
}

/** Scanners and rebuilders look at what was released; the registry lists itself once a week. */
export function watch(place: Place, product: Product, reproducible: boolean): void {
  const { chronicle, random } = place;
  const look = (at: number): void => {
    const tags = [...product.tags].map(([tag, digest]) => ({ tag, digest }));
    const latest = tags.at(-1);
    if (latest === undefined) return;
    chronicle.tell(at, 'registry.snapshot-taken', {
      repository: product.repository,
      tags,
      complete: true,
    });
    const about = { repository: product.repository, digest: latest.digest };
    for (let turn = random.between(0, 3); turn > 0; turn -= 1) {
      chronicle.tell(at + turn * HOUR, 'vulnerability.reported', {
        ...about,
        vulnerability: `CVE-2025-${random.between(10_000, 60_000)}`,
        severity: random.pick(['low', 'medium', 'high', 'critical']),
      });
    }
    chronicle.tell(at + 5 * HOUR, 'rebuild.compared', {
      ...about,
      matches: reproducible,
      ...(reproducible ? {} : { differences: ['etc/ld.so.cache', 'timestamps'] }),
    });
  };
  for (const day of everyDays(place, 7)) {
    const at = clockTime(place, day, 6);
    place.plan(at, () => look(at));
  }
}

/** Deprecated tags go, announced a month before. */
export function retire(place: Place, product: Product): void {
  const { chronicle, random } = place;
  const [admin] = place.people;
  const day = place.until - random.between(5, 30) * DAY;
  if (admin === undefined) return;
  place.plan(day - 30 * DAY, () => {
    const old = [...product.tags].filter(([tag]) => /^\d+\.\d+\.\d+$/.test(tag)).slice(0, 6);
    chronicle.tell(day - 30 * DAY, 'change.announced', {
      project: place.project,
      repository: product.repository,
      from: new Date(day - HOUR).toISOString(),
      until: new Date(day + DAY).toISOString(),
      reason: 'Old versions reach their end of life',
      actors: [admin.name],
      tags: old.map(([tag]) => tag),
    });
    old.forEach(([tag, digest], n) => {
      chronicle.tell(day + n * 30_000, 'tag.deleted', {
        repository: product.repository,
        tag,
        digest,
        actor: actorOf(admin),
        client: clientOf(admin),
      });
    });
  });
}

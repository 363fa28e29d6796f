import { createHash } from 'node:crypto';
import type { EventData } from '../../services/core/events/catalogue.ts';
import { createRandom, type Random } from './random.ts';

export type Person = {
  readonly name: string;
  readonly address: string;
  readonly userAgent: string;
};

/** Where an image comes from and how it usually gets into the registry. Mutable: it is the project's present state. */
export type Product = {
  readonly random: Random;
  readonly project: string;
  readonly repository: string;
  readonly git: string;
  builder: string;
  signer: { identity: string; issuer: string; keyId: string };
  workflow: { path: string; digest: string };
  trigger: string;
  robot: Person;
  people: readonly Person[];
  base: { name: string; digest: string };
  /** Layers of the base, then of the application. */
  layers: { base: string[]; app: string[] };
  packages: { base: string[]; app: string[] };
  environment: { name: string; valueDigest: string }[];
  dependencies: { name: string; version: string; digest: string }[];
  /** Its manifest declares names alone, and a run takes the newest there is. */
  unpinned: boolean;
  commit: string;
  /** Live tags. */
  readonly tags: Map<string, string>;
  /** What it does of all that it could. */
  readonly habits: Habits;
};

export type Habits = {
  readonly built: boolean;
  readonly attested: boolean;
  readonly inspected: boolean;
  readonly sboms: boolean;
  readonly refs: boolean;
};

const ALL: Habits = { built: true, attested: true, inspected: true, sboms: true, refs: true };

/** A digest that stands for content of that name. */
export function digestOf(name: string): string {
  return `sha256:${createHash('sha256').update(name).digest('hex')}`;
}

export function commitOf(name: string): string {
  return createHash('sha1').update(name).digest('hex');
}

export function createPerson(name: string): Person {
  const random = createRandom(`person-${name}`);
  return {
    name,
    address: `192.0.2.${random.between(1, 254)}`,
    userAgent: random.pick(['docker/27.3.1', 'podman/5.2', 'docker/26.1.4', 'crane/0.20']),
  };
}

/** A product nobody has published yet; its names follow from the project and the repository. */
export function createProduct(
  project: string,
  name: string,
  people: readonly Person[],
  habits: Partial<Habits> = {},
): Product {
  const random = createRandom(`product-${project}/${name}`);
  const repository = `${project}/${name}`;
  const git = `https://forge.example/${project}/${name}`;
  return {
    random,
    project,
    repository,
    git,
    builder: 'https://forge.example/runners/hosted',
    signer: {
      identity: `${git}/.ci/release.yml@refs/heads/main`,
      issuer: 'https://token.forge.example',
      keyId: `key-${random.hex(8)}`,
    },
    workflow: { path: '.ci/release.yml', digest: digestOf(`${repository} workflow 1`) },
    trigger: 'push',
    robot: { name: `${project}-ci`, address: '198.51.100.20', userAgent: 'buildkit/0.16' },
    people,
    base: { name: 'base/debian:bookworm', digest: digestOf('debian 1') },
    layers: {
      base: [digestOf('debian layer 1')],
      app: [digestOf(`${repository} deps`), digestOf(`${repository} app`)],
    },
    packages: {
      base: ['libc6@2.36-9', 'openssl@3.0.14', 'zlib1g@1.2.13', 'bash@5.2.15'].map(
        (item) => `pkg:deb/debian/${item}`,
      ),
      app: ['numpy@1.26.4', 'requests@2.32.3', 'click@8.1.7'].map((item) => `pkg:pypi/${item}`),
    },
    environment: ['CI', 'LANG', 'REGISTRY'].map((variable) => ({
      name: variable,
      valueDigest: digestOf(`${project} ${variable}`).slice(7, 39),
    })),
    dependencies: ['numpy 1.26.4', 'requests 2.32.3', 'click 8.1.7'].map((item) => {
      const [dependency = '', version = ''] = item.split(' ');
      return { name: `pkg:pypi/${dependency}`, version, digest: digestOf(item) };
    }),
    unpinned: false,
    commit: commitOf(`${repository} 0`),
    tags: new Map(),
    habits: { ...ALL, ...habits },
  };
}

export function actorOf(person: Person): { name: string } {
  return { name: person.name };
}

export function clientOf(person: Person): NonNullable<EventData<'artifact.pushed'>['client']> {
  return { address: person.address, userAgent: person.userAgent };
}

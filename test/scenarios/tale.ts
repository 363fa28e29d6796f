import { type Chronicle, createChronicle } from '../../bench/traffic/chronicle.ts';
import { type Image, tellBuild, tellRelease, tellRun } from '../../bench/traffic/pipeline.ts';
import {
  actorOf,
  clientOf,
  createPerson,
  createProduct,
  digestOf,
  type Habits,
  type Person,
  type Product,
} from '../../bench/traffic/product.ts';
import { createRandom, type Random } from '../../bench/traffic/random.ts';
import { DAY, HOUR, MINUTE, weekday } from '../../bench/traffic/times.ts';
import type { Governance } from '../../services/config/governance.ts';
import type { SourceEvent } from '../../services/core/events/event.ts';

/** One of several ways to tell the same story, so that no detector can fit one of them. */
export type Telling = {
  readonly name: string;
  readonly project: string;
  /** Owner first, then two who also release. */
  readonly people: readonly [string, string, string];
  /** A Monday, UTC. */
  readonly start: number;
  /** Days between releases. */
  readonly every: number;
  readonly days: number;
  /** Producers that leave out what they may. */
  readonly lean: boolean;
  /** Whether a governance file says whose the sources are. */
  readonly governed: boolean;
  /** Picks the one of two that belongs to this telling. */
  readonly either: <T>(one: T, other: T) => T;
};

export const TELLINGS: readonly Telling[] = [
  {
    name: 'first telling',
    project: 'marsh',
    people: ['ines', 'tomas', 'yuki'],
    start: Date.UTC(2026, 2, 2),
    every: 2,
    days: 70,
    lean: false,
    governed: true,
    either: (one) => one,
  },
  {
    name: 'other telling',
    project: 'genome-lab',
    people: ['okoro', 'petra', 'sunil'],
    start: Date.UTC(2025, 8, 1),
    every: 3,
    days: 91,
    lean: true,
    governed: false,
    either: (_one, other) => other,
  },
];

/** A project's sources, and the people and products that they speak of. */
export type Tale = {
  readonly telling: Telling;
  readonly chronicle: Chronicle;
  readonly random: Random;
  readonly owner: Person;
  readonly second: Person;
  readonly third: Person;
  /** Midnight, UTC, of the Monday on which the ordinary history ends. */
  readonly t0: number;
  readonly governance: Governance;
  readonly product: (name: string, habits?: Partial<Habits>) => Product;
  readonly events: () => readonly SourceEvent[];
};

/** Begins a tale of which nothing has been told. */
export function begin(id: string, telling: Telling): Tale {
  const chronicle = createChronicle(`${id}-${telling.project}`, telling.lean);
  const [owner, second, third] = telling.people.map(createPerson);
  if (owner === undefined || second === undefined || third === undefined) throw new Error('people');
  const { project } = telling;
  return {
    telling,
    chronicle,
    random: createRandom(`${id} ${telling.name}`),
    owner,
    second,
    third,
    t0: telling.start + telling.days * DAY,
    governance: telling.governed
      ? {
          projects: [{ name: project, repositories: [`${project}/*`], sourceRepositories: ['*'] }],
        }
      : {},
    product: (name, habits) => createProduct(project, name, [owner, second, third], habits),
    events: chronicle.events,
  };
}

export type Release = Image & { readonly version: string; readonly at: number };

type HistoryOptions = {
  /** Tags that move with every release. */
  readonly floating?: readonly string[];
  readonly prefix?: string;
  /** Runs of a workflow that resolve every third release by digest. */
  readonly cited?: boolean;
  /** Where another way of releasing is usual. */
  readonly release?: (at: number, version: string) => Image;
};

/** Ordinary weeks: releases in working hours, logins of the people, uses of the robot's token. */
export function ordinaryWeeks(
  tale: Tale,
  product: Product,
  options: HistoryOptions = {},
): readonly Release[] {
  const { chronicle, telling, random } = tale;
  const { floating = ['latest'], prefix = '' } = options;
  const releases: Release[] = [];
  for (let day = 0; day < telling.days; day += telling.every) {
    const date = telling.start + day * DAY;
    if (weekday(date) === 0 || weekday(date) === 6) continue;
    const at = date + 9 * HOUR + random.between(0, 7 * 60) * MINUTE;
    const version = `${prefix}1.${Math.floor(releases.length / 4)}.${releases.length % 4}`;
    if (product.habits.built)
      tellTokenUse(tale, product.robot, product, at - 8 * MINUTE, 'robot-1');
    const image =
      options.release?.(at, version) ?? tellRelease(chronicle, product, at, [version, ...floating]);
    releases.push({ ...image, version, at });
    if (options.cited === true && releases.length % 3 === 0) {
      tellRun(chronicle, product, at + 20 * HOUR, image.digest);
    }
  }
  liveIn(tale, product);
  return releases;
}

/** Logins of the project's people, from their own desks. */
function liveIn(tale: Tale, product: Product): void {
  const { telling, random } = tale;
  for (const person of [tale.owner, tale.second, tale.third]) {
    for (let day = random.between(0, 2); day < telling.days; day += 3) {
      const date = telling.start + day * DAY;
      if (weekday(date) === 0 || weekday(date) === 6) continue;
      tellLogin(tale, person, product, date + 8 * HOUR + random.between(0, 90) * MINUTE);
    }
  }
}

export function tellLogin(tale: Tale, person: Person, product: Product, at: number): SourceEvent {
  return tale.chronicle.tell(at, 'login.succeeded', {
    actor: actorOf(person),
    client: clientOf(person),
    system: 'cr.example',
    repository: product.repository,
  });
}

export function tellTokenUse(
  tale: Tale,
  person: Person,
  product: Product,
  at: number,
  tokenId: string,
): SourceEvent {
  return tale.chronicle.tell(at, 'token.used', {
    actor: actorOf(person),
    client: clientOf(person),
    system: 'cr.example',
    repository: product.repository,
    tokenId,
  });
}

type PackageOptions = {
  /** Whether a run of the pipeline comes before, and the index has an attestation. */
  readonly build?: boolean;
  readonly attested?: boolean;
  readonly publisher?: string;
  readonly tokenId?: string;
  readonly address?: string;
  readonly installScript?: boolean;
};

/** A version of the product's library appears in the index, with the run that made it where there is one. */
export function tellPackage(
  tale: Tale,
  product: Product,
  at: number,
  purl: string,
  options: PackageOptions = {},
): SourceEvent {
  const { build = true, attested = true, tokenId = 'pipeline' } = options;
  const digest = digestOf(purl);
  const address = options.address ?? product.robot.address;
  const run = build
    ? tellBuild(tale.chronicle, product, at - 2 * MINUTE, {
        outputs: [{ digest, name: 'library' }],
      })
    : undefined;
  return tale.chronicle.tell(at, 'package.published', {
    purl,
    registry: 'pypi.example',
    publisher: { name: options.publisher ?? `${product.project}-publisher` },
    client: { address, tokenId },
    digest,
    attested,
    sourceRepository: product.git,
    ...(run === undefined ? {} : { commit: run.commit }),
    installScript: options.installScript ?? false,
  });
}

/** The same account, used from another place with another program. */
export function elsewhere(person: Person, tale: Tale): Person {
  return {
    ...person,
    address: `45.${tale.random.between(10, 250)}.${tale.random.between(1, 250)}.9`,
    userAgent: tale.random.pick(['python-requests/2.31', 'Go-http-client/2.0', 'curl/8.9']),
  };
}

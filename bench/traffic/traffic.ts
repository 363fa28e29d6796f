import type { SourceEvent } from '../../services/core/events/event.ts';
import { createAgenda } from './agenda.ts';
import { createChronicle } from './chronicle.ts';
import { logIn, runBot, useTokens, welcome, workOnBranches } from './people-habits.ts';
import type { Place } from './place.ts';
import { createPerson, createProduct, type Habits, type Product } from './product.ts';
import {
  buildNightly,
  followBase,
  promoteByHand,
  releaseVersions,
  rollForward,
} from './publish-habits.ts';
import { createRandom, type Random } from './random.ts';
import { DAY, HOUR } from './times.ts';
import {
  analyse,
  mirrorNightly,
  publishPackages,
  pullDaily,
  retire,
  teachCourse,
  watch,
} from './use-habits.ts';

export const PROJECTS = 200;

const FROM = Date.UTC(2025, 8, 1);
const UNTIL = Date.UTC(2026, 0, 1);
const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Europe/London', 'UTC'];
const NAMES = ['tool', 'worker', 'web', 'notebook', 'pipeline'];
/** Days on which the base image of everybody is replaced. */
const BASE_DAYS = [15, 44, 76, 107].map((day) => FROM + day * DAY);

/**
 * Four months of ordinary work of 200 projects, in the order in which it arrives: about 100,000 events in which nothing
 * ever happens that somebody should be woken for. Depends on the seed alone.
 */
export function generateTraffic(seed: number, projects = PROJECTS): readonly SourceEvent[] {
  const chronicle = createChronicle(`traffic-${seed}`);
  const agenda = createAgenda();
  for (let n = 0; n < projects; n += 1) {
    live(createPlace(`p${n}`, createRandom(`traffic-${seed}-${n}`), chronicle, agenda.plan));
  }
  agenda.run();
  redeliver(chronicle, createRandom(`deliveries-${seed}`));
  return chronicle.events();
}

function createPlace(
  project: string,
  random: Random,
  chronicle: Place['chronicle'],
  plan: Place['plan'],
): Place {
  const people = ['ada', 'ben', 'cho', 'dia', 'eli'].map((name) =>
    createPerson(`${name}.${project}`),
  );
  const habits = random.pick<Partial<Habits>>([
    {},
    {},
    { sboms: false },
    { attested: false, sboms: false },
    { inspected: false, sboms: false, refs: false },
    { built: false, attested: false, sboms: false, refs: false },
    { built: false, attested: false, sboms: false, refs: false, inspected: false },
  ]);
  const products = random
    .some(NAMES, random.between(1, 3))
    .map((name) => createProduct(project, name, people.slice(0, random.between(1, 4)), habits));
  const zone = random.pick(ZONES);
  return { chronicle, random, project, people, products, zone, from: FROM, until: UNTIL, plan };
}

/** Gives the project the habits that its dice say. */
function live(place: Place): void {
  const { random, products } = place;
  for (const product of products) {
    const { built } = product.habits;
    const way = random.next();
    if (built && way < 0.1) buildNightly(place, product);
    else if (built && way < 0.14) rollForward(place, product, random.between(1, 2));
    else releaseVersions(place, product, random.between(4, 16));
    if (random.chance(0.3)) promoteByHand(place, product);
    if (random.chance(0.4)) pullDaily(place, product);
    if (random.chance(0.06)) teachCourse(place, product);
    if (random.chance(0.3)) analyse(place, product);
    if (random.chance(0.4)) watch(place, product, random.chance(0.6));
    if (random.chance(0.15)) retire(place, product);
    rotateKeys(place, product);
    migrateRunners(place, product);
  }
  if (products.some(({ habits }) => habits.built)) {
    if (random.chance(0.6)) followBase(place, BASE_DAYS);
    if (random.chance(0.12)) runBot(place);
    useTokens(place);
  }
  if (random.chance(0.7)) logIn(place);
  if (random.chance(0.3)) workOnBranches(place);
  if (random.chance(0.08)) mirrorNightly(place);
  if (random.chance(0.3)) publishPackages(place, random.between(5, 14), random.chance(0.6));
  const newcomer = welcome(place);
  const [first] = products;
  if (newcomer !== undefined && first !== undefined) {
    place.plan(UNTIL - 20 * DAY, () => {
      first.people = [newcomer, ...first.people];
    });
  }
}

/** In a tenth of the projects the signing key is replaced once, and said to be. */
function rotateKeys(place: Place, product: Product): void {
  const { random, chronicle } = place;
  if (!random.chance(0.1)) return;
  const at = FROM + random.between(50, 110) * DAY + 8 * HOUR;
  const keyId = `key-${random.hex(8)}`;
  place.plan(at, () => {
    chronicle.tell(at, 'key.rotated', {
      repository: product.repository,
      actor: { name: place.people[0]?.name ?? 'admin' },
      keyId,
      previousKeyId: product.signer.keyId,
    });
    product.signer = { ...product.signer, keyId };
  });
}

/** The hosted runners get a new image within six weeks, everywhere, back and forth at first. */
function migrateRunners(place: Place, product: Product): void {
  const { random } = place;
  for (let week = 0; week < 6; week += 1) {
    const share = (week + 1) / 6;
    place.plan(FROM + (60 + week * 7 + random.between(0, 5)) * DAY, () => {
      product.builder = random.chance(share)
        ? 'https://forge.example/runners/hosted-24.04'
        : 'https://forge.example/runners/hosted';
    });
  }
}

/** Webhooks are delivered at least once: some again, up to a day later. */
function redeliver(chronicle: Place['chronicle'], random: Random): void {
  for (const event of chronicle.events()) {
    if (!random.chance(0.01)) continue;
    chronicle.repeat(Date.parse(event.time ?? '') + random.between(1, 24 * 60) * 60_000, event);
  }
}

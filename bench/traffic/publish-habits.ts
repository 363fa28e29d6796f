import { tellBuild, tellCommit, tellMove, tellPush, tellRelease } from './pipeline.ts';
import { clockTime, daysOf, everyDays, type Place, workTime } from './place.ts';
import { actorOf, clientOf, commitOf, digestOf, type Product } from './product.ts';
import { DAY, HOUR, MINUTE } from './times.ts';

/** Versions every few days, each with `latest` and the floating tags above it; now and then one is withdrawn or rushed. */
export function releaseVersions(place: Place, product: Product, gap: number): void {
  const { chronicle, random } = place;
  let minor = random.between(0, 9);
  let patch = 0;
  let previous: string | undefined;
  const release = (at: number): void => {
    if (random.chance(0.3)) {
      minor += 1;
      patch = 0;
    } else patch += 1;
    freshen(place, product, at);
    const floating = [`1.${minor}`, '1', 'latest'];
    const version = `1.${minor}.${patch}`;
    const image = tellRelease(chronicle, product, at, [version, ...floating]);
    if (previous !== undefined && random.chance(0.02)) {
      // A bad release: the floating tags go back, and a better one follows in the evening.
      const [person = product.robot] = product.people;
      const back = previous;
      place.plan(at + 3 * HOUR, () => {
        for (const tag of floating.slice(1)) {
          tellMove(chronicle, product, at + 3 * HOUR, tag, back, person);
        }
      });
      patch += 1;
      const better = [`1.${minor}.${patch}`, ...floating];
      place.plan(at + 7 * HOUR, () => tellRelease(chronicle, product, at + 7 * HOUR, better));
    } else if (random.chance(0.03)) {
      // A hot-fix, whatever the hour.
      patch += 1;
      const night = at + random.between(9, 40) * HOUR;
      const fixed = [`1.${minor}.${patch}`, ...floating];
      place.plan(night, () => tellRelease(chronicle, product, night, fixed));
    }
    previous = image.digest;
  };
  for (const day of everyDays(place, gap)) {
    const at = workTime(place, day);
    place.plan(at, () => release(at));
  }
}

/** A build every night; dated tags are kept for two weeks, then the cleaner removes them. */
export function buildNightly(place: Place, product: Product): void {
  const { chronicle, random } = place;
  const dated: { readonly tag: string; readonly digest: string }[] = [];
  const cleaner = {
    name: `${place.project}-cleaner`,
    address: '198.51.100.30',
    userAgent: 'retention',
  };
  const build = (day: number, at: number): void => {
    if (random.chance(0.05)) {
      tellBuild(chronicle, product, at, { outcome: 'failure', outputs: [], trigger: 'schedule' });
      return;
    }
    const tag = `nightly-${new Date(day).toISOString().slice(0, 10).replaceAll('-', '')}`;
    const image = tellBuild(chronicle, product, at, { trigger: 'schedule' });
    tellPush(chronicle, product, at + 20_000, image, [tag, 'nightly']);
    dated.push({ tag, digest: image.digest });
    const old = dated.length > 14 ? dated.shift() : undefined;
    if (old === undefined) return;
    product.tags.delete(old.tag);
    chronicle.tell(clockTime(place, day, 4), 'artifact.deleted', {
      repository: product.repository,
      digest: old.digest,
      tags: [old.tag],
      reason: 'retention: older than 14 days',
      actor: actorOf(cleaner),
      client: clientOf(cleaner),
    });
  };
  for (const day of daysOf(place)) {
    const at = clockTime(place, day, 2);
    const evening = workTime(place, day - DAY);
    if (random.chance(0.6)) place.plan(evening, () => tellCommit(chronicle, product, evening));
    place.plan(at, () => build(day, at));
  }
}

/** A build a merge, several a day: one tag a commit and a few that always move. */
export function rollForward(place: Place, product: Product, perDay: number): void {
  for (const day of daysOf(place, true)) {
    for (let turn = 0; turn < place.random.between(0, perDay); turn += 1) {
      const at = workTime(place, day);
      place.plan(at, () => {
        tellCommit(place.chronicle, product, at - 20 * MINUTE);
        const image = tellBuild(place.chronicle, product, at);
        const tags = [`main-${image.commit.slice(0, 7)}`, 'main', 'edge'];
        tellPush(place.chronicle, product, at + 15_000, image, tags);
      });
    }
  }
}

/** Somebody moves a tag that is meant to move to what has been there for a while, e.g. after tests. */
export function promoteByHand(place: Place, product: Product): void {
  const [person = product.robot] = product.people;
  for (const day of everyDays(place, 6)) {
    const at = workTime(place, day);
    place.plan(at, () => {
      const latest = product.tags.get('latest');
      if (latest === undefined || product.tags.get('stable') === latest) return;
      tellMove(place.chronicle, product, at, 'stable', latest, person);
    });
  }
}

/** A new base image comes; in the hours after it every tag of the project is rebuilt from the same commits. */
export function followBase(place: Place, months: readonly number[]): void {
  const rebuild = (day: number): void => {
    const digest = digestOf(`debian ${day}`);
    place.products.forEach((product, n) => {
      product.base = { name: product.base.name, digest };
      product.layers.base = [digestOf(`debian layer ${day}`)];
      product.packages.base = product.packages.base.map((purl) =>
        purl.replace(/@.*/, `@${day / DAY}`),
      );
      const tags = [...product.tags.keys()].filter((tag) => /^\d|latest/.test(tag)).slice(-6);
      tags.forEach((tag, turn) => {
        const at = clockTime(place, day, 8) + n * 9 * MINUTE + turn * 3 * MINUTE;
        const image = tellBuild(place.chronicle, product, at, { trigger: 'base-image' });
        tellPush(place.chronicle, product, at + 20_000, image, [tag]);
      });
    });
  };
  for (const day of months) {
    const at = clockTime(place, day, 8);
    place.plan(at, () => rebuild(day));
  }
}

/** What changes in the sources from release to release: a package, a variable, a build file. */
function freshen(place: Place, product: Product, at: number): void {
  const { random, chronicle } = place;
  if (random.chance(0.3)) {
    const version = `2.${random.between(0, 40)}.${random.between(0, 9)}`;
    const chosen = random.between(0, product.dependencies.length - 1);
    product.dependencies = product.dependencies.map((dependency, n) =>
      n === chosen
        ? { ...dependency, version, digest: digestOf(dependency.name + version) }
        : dependency,
    );
    product.packages.app = product.dependencies.map((item) => `${item.name}@${item.version}`);
    product.layers.app[0] = digestOf(`${product.repository} deps ${version}`);
  }
  if (random.chance(0.06)) {
    const name = random.pick(['rich', 'attrs', 'pyyaml', 'tqdm', 'scipy', 'pandas']);
    const version = '3.1.0';
    const known = product.dependencies.some((dependency) => dependency.name.endsWith(name));
    if (!known) {
      product.dependencies.push({ name: `pkg:pypi/${name}`, version, digest: digestOf(name) });
      product.packages.app.push(`pkg:pypi/${name}@${version}`);
    }
  }
  if (random.chance(0.05)) {
    product.workflow = { ...product.workflow, digest: digestOf(`${product.repository} ${at}`) };
    tellCommit(chronicle, product, at - 5 * HOUR, {
      paths: [product.workflow.path],
    });
  }
  if (random.chance(0.03)) {
    const name = `OPTION_${random.between(1, 9)}`;
    product.environment = [
      ...product.environment.filter((variable) => variable.name !== name),
      { name, valueDigest: commitOf(`${at}`).slice(0, 32) },
    ];
  }
}

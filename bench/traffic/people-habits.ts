import { tellCommit } from './pipeline.ts';
import { clockTime, daysOf, everyDays, type Place, workTime } from './place.ts';
import { actorOf, clientOf, commitOf, createPerson, digestOf, type Person } from './product.ts';
import { DAY, HOUR, MINUTE } from './times.ts';

/** People log in from the office and from home, mistype passwords, and travel now and then. */
export function logIn(place: Place): void {
  const { chronicle, random, products } = place;
  const [{ repository } = { repository: '' }] = products;
  for (const person of place.people) {
    const home = `203.0.113.${random.between(1, 254)}`;
    for (const day of everyDays(place, random.between(5, 12))) {
      const at = workTime(place, day);
      const away = random.chance(0.01) ? `100.64.${random.between(0, 99)}.7` : undefined;
      const address = away ?? (random.chance(0.3) ? home : person.address);
      const client = { address, userAgent: person.userAgent };
      const who = { repository, actor: actorOf(person), client, system: 'cr.example' };
      for (let turn = random.chance(0.08) ? random.between(1, 3) : 0; turn > 0; turn -= 1) {
        chronicle.tell(at - turn * 20_000, 'login.failed', who);
      }
      chronicle.tell(at, 'login.succeeded', who);
    }
  }
}

/** The robot's credential is renewed every quarter and used with every run of a day. */
export function useTokens(place: Place): void {
  const { chronicle, products } = place;
  const [first] = products;
  if (first === undefined) return;
  const { robot, repository } = first;
  let tokenId = `${place.project}-token-0`;
  for (const day of everyDays(place, 2)) {
    const base = {
      repository,
      actor: actorOf(robot),
      client: clientOf(robot),
      system: 'cr.example',
    };
    if ((day / DAY) % 90 < 2) {
      const [admin = robot] = place.people;
      const old = tokenId;
      tokenId = `${place.project}-token-${day / DAY}`;
      const at = workTime(place, day);
      const by = { ...base, actor: actorOf(admin), client: clientOf(admin) };
      chronicle.tell(at, 'token.created', { ...by, tokenId, scopes: ['repository:push'] });
      chronicle.tell(at + HOUR, 'token.revoked', { ...by, tokenId: old });
    }
    chronicle.tell(clockTime(place, day, 12), 'token.used', { ...base, tokenId });
  }
}

/** Somebody joins, gets a role, and releases some weeks later. */
export function welcome(place: Place): Person | undefined {
  const { chronicle, random, people, products } = place;
  const [admin] = people;
  const [first] = products;
  if (admin === undefined || first === undefined || !random.chance(0.4)) return undefined;
  const newcomer = createPerson(`${place.project}-newcomer`);
  const day = random.pick(daysOf(place, true).slice(20, -20));
  const at = workTime(place, day);
  const base = { actor: actorOf(admin), client: clientOf(admin), repository: first.repository };
  chronicle.tell(at, 'member.added', { ...base, subject: actorOf(newcomer), group: place.project });
  chronicle.tell(at + MINUTE, 'role.granted', {
    ...base,
    subject: actorOf(newcomer),
    role: 'developer',
  });
  return newcomer;
}

/** Branches come, are rewritten and go; nobody releases from them. */
export function workOnBranches(place: Place): void {
  const { chronicle, random } = place;
  for (const product of place.products) {
    for (const day of everyDays(place, 8)) {
      const person = random.pick(place.people);
      const at = workTime(place, day);
      const ref = `refs/heads/feature-${day / DAY}`;
      const commits = ['a', 'b', 'c'].map((word) => commitOf(`${product.git} ${ref} ${word}`));
      const data = {
        sourceRepository: product.git,
        ref,
        pusher: actorOf(person),
        author: actorOf(person),
        reachableFrom: [`feature-${day / DAY}`],
      };
      const [one = '', two = '', three = ''] = commits;
      chronicle.tell(at, 'source.ref-updated', { ...data, before: null, after: one });
      chronicle.tell(at + HOUR, 'source.ref-updated', {
        ...data,
        before: one,
        after: two,
        forced: random.chance(0.5),
        authoredAt: new Date(at - random.between(0, 9) * DAY).toISOString(),
      });
      const { reachableFrom: _reachable, ...gone } = data;
      chronicle.tell(at + 2 * DAY, 'source.ref-updated', { ...gone, before: three, after: null });
    }
  }
}

/** A dependency bot's Monday: many short runs, one line of a manifest each, some merged by people. */
export function runBot(place: Place): void {
  const { chronicle, random } = place;
  for (const product of place.products) {
    for (const day of daysOf(place).filter((midnight) => new Date(midnight).getUTCDay() === 1)) {
      const at = clockTime(place, day, 5);
      place.plan(at, () => {
        const count = random.between(3, 12);
        for (let turn = 0; turn < count; turn += 1) {
          const commit = commitOf(`${product.git} bot ${day} ${turn}`);
          chronicle.tell(at + turn * 90_000, 'build.finished', {
            runId: `bot-${random.hex(10)}`,
            builderId: product.builder,
            sourceRepository: product.git,
            commit,
            ref: `refs/heads/bot/update-${turn}`,
            trigger: 'pull-request',
            actor: { name: 'update-bot', kind: 'robot' },
            workflow: { path: '.ci/test.yml', digest: digestOf(`${product.git} test`) },
            outcome: random.chance(0.9) ? 'success' : 'failure',
            dependencies: {
              resolved: product.dependencies.map((dependency, n) =>
                n === turn % product.dependencies.length
                  ? { ...dependency, version: `2.${day / DAY}.${turn}`, digest: digestOf(commit) }
                  : { ...dependency },
              ),
            },
            outputs: [],
          });
        }
        if (random.chance(0.5)) {
          tellCommit(chronicle, product, at + 5 * HOUR, { paths: ['requirements.lock'] });
        }
      });
    }
  }
}

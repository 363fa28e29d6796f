import type { Random } from '../traffic/random.ts';
import type { HistoryLine } from './history-line.ts';

/** What an attacker can see of a repository at the moment of the attack. */
type Scene = {
  readonly repo: string;
  /** Unix seconds. */
  readonly t: number;
  /** Live tags with their digests. */
  readonly tags: ReadonlyMap<string, string>;
  /** The last single-platform-set image that was built, as a model of an ordinary build. */
  readonly lastImage: HistoryLine;
  /** The last tag change by a usual publisher. */
  readonly lastTag: HistoryLine;
  readonly random: Random;
};

type AttackDraft = {
  readonly lines: readonly HistoryLine[];
  /** Which of the lines is the first at which the attack can be known for what it is (0 = the first). */
  readonly knownAt: number;
};

export type AttackKind = {
  readonly name: string;
  /** Whether somebody has to be woken: `never` for what only looks like an attack. */
  readonly pages: 'always' | 'weak' | 'never';
  /** Undefined where the repository gives no occasion. */
  readonly plant: (scene: Scene) => AttackDraft | undefined;
};

const FULL_VERSION = /^v?\d+\.\d+\.\d+/;

export const ATTACK_KINDS: readonly AttackKind[] = [
  { name: 'version tag moved, no build', pages: 'always', plant: moveVersionTag },
  { name: 'many tags to one digest', pages: 'always', plant: retagMany },
  { name: 'out and back within an hour', pages: 'always', plant: flip },
  { name: 'build from a foreign repository', pages: 'always', plant: buildFromForeignSource },
  // On its own it may be a migration of the runners, so a ticket is enough.
  { name: 'builder never seen', pages: 'weak', plant: buildByStrangeBuilder },
  { name: 'most tags removed by a stranger', pages: 'always', plant: removeMost },
  { name: 'ordinary release by a stranger', pages: 'never', plant: releaseByStranger },
];

function moveVersionTag(scene: Scene): AttackDraft | undefined {
  const versions = [...scene.tags.keys()].filter((tag) => FULL_VERSION.test(tag));
  if (versions.length === 0) return undefined;
  const move = tagLine(scene, someone(scene), 0, scene.random.pick(versions), fresh(scene));
  return { lines: [move], knownAt: 0 };
}

function retagMany(scene: Scene): AttackDraft | undefined {
  const { random } = scene;
  if (scene.tags.size < 10) return undefined;
  const chosen = random.some(
    [...scene.tags.keys()],
    random.between(10, Math.min(80, scene.tags.size)),
  );
  const digest = fresh(scene);
  const who = someone(scene);
  const lines = chosen.map((tag, n) =>
    tagLine(scene, who, Math.floor((n * 50) / chosen.length), tag, digest),
  );
  // A release gives one digest four names or so; with the fifth, nobody can take it for one.
  return { lines, knownAt: 4 };
}

function flip(scene: Scene): AttackDraft | undefined {
  const { random, tags } = scene;
  if (tags.size === 0) return undefined;
  const tag = random.pick([...tags.keys()]);
  const who = someone(scene);
  const back = tagLine(scene, who, random.between(60, 3300), tag, tags.get(tag) ?? null);
  return { lines: [tagLine(scene, who, 0, tag, fresh(scene)), back], knownAt: 1 };
}

function buildFromForeignSource(scene: Scene): AttackDraft | undefined {
  const { random, lastImage } = scene;
  if (lastImage.gitRepo === undefined) return undefined;
  const name = lastImage.gitRepo.split('/').at(-1) ?? 'image.git';
  const image = imageLine(scene, someone(scene), {
    gitRepo: `https://github.com/${random.pick(['a', 'b', 'c'])}${random.hex(7)}/${name}`,
  });
  return buildAndTag(scene, image, random.between(1, 4));
}

function buildByStrangeBuilder(scene: Scene): AttackDraft | undefined {
  const { random } = scene;
  const image = imageLine(scene, someone(scene), { builder: `builder-${random.hex(6)}` });
  return buildAndTag(scene, image, random.between(1, 4));
}

function removeMost(scene: Scene): AttackDraft | undefined {
  const { random, tags } = scene;
  if (tags.size < 10) return undefined;
  const chosen = random.some([...tags.keys()], Math.ceil(tags.size * (0.6 + random.next() * 0.35)));
  const who = stranger(scene);
  const lines = chosen.map((tag, n) =>
    tagLine(scene, who, Math.floor((n * 540) / chosen.length), tag, null),
  );
  return { lines, knownAt: Math.min(9, Math.max(4, Math.ceil(tags.size / 4) - 1)) };
}

function releaseByStranger(scene: Scene): AttackDraft | undefined {
  const { random, tags } = scene;
  const who = random.chance(0.5)
    ? stranger(scene)
    : { author: stranger(scene).author, merger: scene.lastTag.merger };
  const image = imageLine(scene, who, {});
  const digest = image.digest ?? '';
  const model = [...tags.keys()].filter((tag) => FULL_VERSION.test(tag)).at(-1);
  const version = nextVersion(model ?? '1.0.0');
  const floating = [...tags.keys()].filter((tag) => /^(latest|\d+|\d+\.\d+)$/.test(tag)).slice(-2);
  const names = [version, ...floating].filter((tag) => tags.get(tag) !== digest);
  return {
    lines: [image, ...names.map((tag) => tagLine(scene, who, 0, tag, digest))],
    knownAt: 0,
  };
}

function buildAndTag(scene: Scene, image: HistoryLine, count: number): AttackDraft | undefined {
  const chosen = scene.random.some([...scene.tags.keys()], count);
  if (chosen.length === 0) return undefined;
  const who = { author: image.author, merger: image.merger };
  const tags = chosen.map((tag) => tagLine(scene, who, 0, tag, image.digest ?? ''));
  return { lines: [image, ...tags], knownAt: 1 };
}

type Person = { readonly author: string; readonly merger: string };

/** A hijacked account as often as a stranger. */
function someone(scene: Scene): Person {
  const { author, merger } = scene.lastTag;
  return scene.random.chance(0.5) ? { author, merger } : stranger(scene);
}

function stranger({ random, lastTag }: Scene): Person {
  const author = `p-${random.hex(8)}`;
  return { author, merger: random.chance(0.5) ? author : lastTag.merger };
}

function fresh({ random }: Scene): string {
  return random.hex(16);
}

function tagLine(
  scene: Scene,
  who: Person,
  after: number,
  tag: string,
  to: string | null,
): HistoryLine {
  const { t, repo } = scene;
  return { t: t + after, repo, change: scene.random.hex(12), ...who, kind: 'tag', tag, to };
}

/** A build like the last one, but for what is said. */
function imageLine(scene: Scene, who: Person, other: Partial<HistoryLine>): HistoryLine {
  const { lastImage, random } = scene;
  const commit = random.hex(12);
  const platforms = Object.fromEntries(
    Object.keys(lastImage.platforms ?? {}).map((name) => [name, [random.hex(16), commit]]),
  );
  return {
    ...lastImage,
    ...who,
    t: scene.t,
    change: random.hex(12),
    digest: fresh(scene),
    commit,
    platforms,
    ...other,
  };
}

function nextVersion(version: string): string {
  return version.replace(
    /^(v?\d+\.\d+\.)(\d+)/,
    (_all, head, patch) => `${head}${Number(patch) + 40}`,
  );
}

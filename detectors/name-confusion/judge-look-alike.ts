import type { ContextDraft, JudgeContext } from '../detector.ts';
import { actorOf } from '../view/entry-facts.ts';
import { DAY } from '../view/limits.ts';
import { findLikeness, type Likeness } from '../view/packages/near-names.ts';
import type { UsedName } from '../view/packages/used-names.ts';
import type { ProjectView } from '../view/project-view.ts';
import type { Confusion } from './describe-confusion.ts';

type Weights = { readonly [How in Likeness['how']]: number };

/** What a look-alike weighs, by how it is used: what a project runs or builds on more than what it merely hosts. */
const WEIGHTS: { readonly [Role in UsedName['role']]: Weights } = {
  pushed: { 'looks the same': 0.45, 'put together otherwise': 0.1, 'one letter off': 0.1 },
  pulled: { 'looks the same': 0.5, 'put together otherwise': 0.25, 'one letter off': 0.3 },
  run: { 'looks the same': 0.6, 'put together otherwise': 0.3, 'one letter off': 0.45 },
  base: { 'looks the same': 0.65, 'put together otherwise': 0.45, 'one letter off': 0.5 },
  dependency: { 'looks the same': 0.65, 'put together otherwise': 0.45, 'one letter off': 0.5 },
  package: { 'looks the same': 0.6, 'put together otherwise': 0.45, 'one letter off': 0.45 },
};
const LEAST = 0.2;
const IMAGES: ReadonlySet<UsedName['role']> = new Set(['pushed', 'pulled', 'run', 'base']);
/** A project in which so many pushes were seen knows its publishers. */
const ESTABLISHED = { pushes: 10, age: 14 * DAY };

/** Ecosystems in which `-`, `_` and `.` are one sign, so that two spellings are one package. */
const NORMALISING = ['pkg:pypi/', 'pkg:cargo/', 'dep:'];

/** A name met for the first time that looks like one in regular use. */
export function judgeLookAlike(context: JudgeContext, used: UsedName): Confusion | undefined {
  const { names } = context.view.packages;
  if (names.regular.has(used.key) || names.fresh.has(used.key)) return undefined;
  const likeness = findLikeness(names, used.key);
  if (likeness === undefined || isSamePackage(used.key, likeness)) return undefined;
  const known = names.regular.get(likeness.name);
  if (known === undefined) return undefined;
  const circumstances = peopleContext(context, used, likeness.name);
  const base = WEIGHTS[used.role][likeness.how];
  if (circumstances === undefined || base + sum(circumstances) < LEAST) return undefined;
  const days = Math.max(1, Math.round((known.last - known.first) / DAY));
  const isImage = IMAGES.has(used.role);
  return {
    name: used.key,
    known: likeness.name,
    title: `${shown(used.key)} looks like ${shown(likeness.name)}`,
    why: `${shown(used.key)} was ${WORDS[used.role]} for the first time. ${shown(likeness.name)}, which ${HOW[likeness.how]}, was used ${known.uses} times over ${days} days.`,
    kind: isImage ? 'repository' : 'package',
    ...(isImage && used.key.length <= 255 ? { repository: used.key } : {}),
    base,
    context: [
      ...circumstances,
      ...(known.uses >= 20
        ? [
            {
              kind: 'well-known',
              reason: `The project has used ${shown(likeness.name)} ${known.uses} times`,
              effect: 0.05,
            },
          ]
        : []),
    ],
  };
}

const WORDS: { readonly [Role in UsedName['role']]: string } = {
  pushed: 'pushed',
  pulled: 'pulled',
  run: 'run by a workflow',
  base: 'built on',
  dependency: 'resolved as a dependency',
  package: 'published',
};

const HOW: { readonly [How in Likeness['how']]: string } = {
  'looks the same': 'looks the same to a reader',
  'put together otherwise': 'has the same letters with other separators',
  'one letter off': 'is one letter off',
};

/** Undefined when who makes the name also owns the one that it looks like: a sibling, no disguise. */
function peopleContext(
  { view, entry: { event }, at }: JudgeContext,
  { role }: UsedName,
  known: string,
): readonly ContextDraft[] | undefined {
  if (role !== 'pushed' && role !== 'package') return [];
  const actor = actorOf(event);
  if (actor === '') return [];
  const publishers =
    role === 'package'
      ? view.packages.packages.get(known)?.publishers
      : view.repositories.get(known)?.publishers;
  if (publishers?.has(actor) === true) return undefined;
  const isStranger =
    role === 'package' || (view.publishers.size > 0 && !view.publishers.has(actor));
  return isStranger
    ? [
        {
          kind: 'publisher-new',
          reason: `${actor} does not publish ${shown(known)}`,
          // Whoever comes from nowhere and takes a name next to one in use is no colleague with a new tool.
          effect: role === 'pushed' && isSettled(view, at) ? 0.35 : 0.15,
        },
      ]
    : [];
}

function isSettled({ publishers }: ProjectView, at: number): boolean {
  let pushes = 0;
  let first = at;
  for (const publisher of publishers.values()) {
    pushes += publisher.count;
    first = Math.min(first, publisher.first);
  }
  return pushes >= ESTABLISHED.pushes && at - first >= ESTABLISHED.age;
}

function isSamePackage(key: string, { name, how }: Likeness): boolean {
  if (how !== 'put together otherwise') return false;
  const plain = (text: string) => text.replaceAll(/[-_.]/g, '');
  return NORMALISING.some((prefix) => key.startsWith(prefix)) && plain(key) === plain(name);
}

function shown(key: string): string {
  return key.startsWith('dep:') || key.startsWith('url:') ? key.slice(4) : key;
}

function sum(context: readonly ContextDraft[]): number {
  return context.reduce((total, { effect }) => total + effect, 0);
}

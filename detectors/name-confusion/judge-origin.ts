import type { ContextDraft, JudgeContext } from '../detector.ts';
import type { NameView } from '../view/packages/names-view.ts';
import { isPublicRegistry, packageName } from '../view/packages/package-name.ts';
import type { UsedName } from '../view/packages/used-names.ts';
import type { Confusion } from './describe-confusion.ts';

/** Uses after which an origin is the one that a name comes from. */
const KNOWN_USES = 4;

export type NewOrigin = { readonly used: UsedName; readonly known: NameView };

/** Whether a name of the project comes from another host than ever before. */
export function isNewOrigin(known: NameView, used: UsedName): boolean {
  const { origin, role } = used;
  if (origin === '' || known.origin === '' || known.origin === origin) return false;
  if (role !== 'dependency' && role !== 'package') return false;
  if (known.originUses < KNOWN_USES || known.otherOrigins?.includes(origin) === true) return false;
  // Where nobody who uses the name ever said where it comes from, silence is no new origin.
  return !used.implied || known.declared === true;
}

/** One name from another host: a public package that takes the place of an internal one, or the other way round. */
export function judgeNewOrigin(context: JudgeContext, { used, known }: NewOrigin): Confusion {
  const { key, origin, role } = used;
  return {
    name: `${key} from ${origin}`,
    known: `${key} from ${known.origin}`,
    title: `${key} comes from ${origin} instead of ${known.origin}`,
    why: `${key} was ${role === 'package' ? 'published at' : 'resolved from'} ${origin}${used.implied ? ' (the public default, since no host is named any more)' : ''}. It came from ${known.origin} ${known.originUses} times before, from nowhere else.`,
    kind: 'package',
    base: used.implied || role === 'package' ? 0.6 : 0.7,
    context: [...publicContext(used, known), ...publisherContext(context, used)],
  };
}

/** Many names from one new host in one build: somebody switched a mirror. */
export function judgeMirror(moved: readonly NewOrigin[]): readonly Confusion[] {
  const [first] = moved;
  if (first === undefined) return [];
  const { origin } = first.used;
  const before = first.known.origin;
  return [
    {
      name: `${moved.length} packages from ${origin}`,
      known: `packages from ${before}`,
      title: `${moved.length} packages come from ${origin} instead of ${before}`,
      why: `Packages of the build that name their host changed it in one go, from ${before} to ${origin}: a mirror was switched, or somebody stands in between.`,
      kind: 'package',
      base: 0.4,
      context: [],
    },
  ];
}

/** The dangerous way round: an internal name that the public registry of the ecosystem now serves. */
function publicContext({ key, origin }: UsedName, known: NameView): readonly ContextDraft[] {
  const isPublic = (host: string) =>
    key.startsWith('pkg:') ? packageName(key).origin === host : isPublicRegistry(host);
  if (!isPublic(origin) || isPublic(known.origin)) return [];
  return [
    {
      kind: 'public-shadows-internal',
      reason: `${origin} is the public registry, where anybody can take the name`,
      effect: 0.15,
    },
  ];
}

function publisherContext(
  { view, actor }: JudgeContext,
  { key, role }: UsedName,
): readonly ContextDraft[] {
  const publishers = view.packages.packages.get(key)?.publishers;
  if (role !== 'package' || actor === '') return [];
  if (publishers?.has(actor) === true) {
    return [{ kind: 'publisher-known', reason: `${actor} publishes the package`, effect: -0.4 }];
  }
  return [{ kind: 'publisher-new', reason: `${actor} has never published it`, effect: 0.1 }];
}

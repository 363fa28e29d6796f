import type { EventOf } from '../services/core/events/event.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { massDeleteExamples } from './examples/mass-delete-examples.ts';
import { describeRemoval } from './mass-delete/describe-removal.ts';
import {
  baseOf,
  levelOf,
  removalContext,
  type Taken,
  wideBase,
} from './mass-delete/judge-removal.ts';
import { refOf } from './view/entry-facts.ts';
import { digestIn } from './view/explain.ts';
import { DAY } from './view/limits.ts';
import { packageName } from './view/packages/package-name.ts';
import type { RepositoryView } from './view/project-view.ts';
import { removedRef } from './view/rhythm/learn-removals.ts';
import {
  isCureOf,
  isWithdrawal,
  liveTags,
  publicationsOf,
  removerKind,
  startRemoval,
  withRemoval,
} from './view/rhythm/removal-burst.ts';
import { openBurst } from './view/rhythm/retag-burst.ts';
import { gitScope, habitOf, PACKAGES, principalScope, removalKey } from './view/rhythm/scope.ts';
import { readPushers } from './view/sources/pushers.ts';
import { sourceName } from './view/sources/source-name.ts';

const metadata: DetectorMetadata = {
  id: 'D14',
  rule: 'mass-delete',
  version: 1,
  title: 'Tags or images are removed in bulk',
  description:
    "Somebody removes many tags, git tags or package versions within an hour, against the repository's own habit and size: a principal that never published or removed anything here needs few, one who cleans up regularly needs many more than usual. A few of each of many repositories count together. What runs and papers cite weighs more; removing what is known to be bad, or what nothing explains, does not count, unless more that is good goes with it.",
  severity: 'critical',
  listensTo: [
    'tag.deleted',
    'artifact.deleted',
    'repository.deleted',
    'source.ref-updated',
    'package.removed',
  ],
  falsePositives: [
    'A first clean-up of old tags that nobody announced.',
    'The end of a repository whose images live on elsewhere.',
  ],
  knownGaps: [
    'Somebody who removes one tag an hour is below the burst; what runs cite is watched by reproducibility-loss.',
    'A registry that does not say who deletes is judged by the size and the habit of the repository alone.',
  ],
  remediation:
    'Stop the credential, restore from mirrors and site caches before they expire, and ask who wanted this.',
  references: {
    attack: ['T1485', 'T1531'],
    slsa: ['H: Package registry threats'],
    controls: ['CP-9', 'CP-10', 'AC-6', 'SI-12'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const taken = takenBy(context);
  if (taken === undefined) return [];
  const { view, at, actor, entry } = context;
  const { scope, removal } = taken;
  const { tags, cures = 0, untagged } = removal;
  if (tags.length === 0 && cures === 0 && untagged === 0) return [];
  const open = openBurst(view.rhythm.removals.get(removalKey(scope, actor)), at);
  const by = open?.by ?? removerKind(view, actor, taken.publishers, at);
  const begun = open ?? startRemoval(at, refOf(entry), { live: taken.live(), by });
  const burst = withRemoval(begun, removal, at);
  const habit = habitOf(view, scope)?.removal;
  const base = baseOf(burst, habit);
  const level = levelOf(base);
  if (level === 0 || (open !== undefined && level <= levelOf(baseOf(open, habit)))) {
    return judgeWide(context, taken);
  }
  const circumstances = removalContext(context, taken, burst, habit);
  return [describeRemoval(context, { ...taken, burst, habit, base, level, circumstances })];
}

/** The same principal takes a few tags of each of many repositories. */
function judgeWide(context: JudgeContext, taken: Taken): readonly FindingDraft[] {
  const { view, at, actor } = context;
  const { removal, kind } = taken;
  if (kind !== 'repository' || actor === '' || removal.tags.length === 0) return [];
  const scope = principalScope(actor);
  const open = openBurst(view.rhythm.removals.get(removalKey(scope, actor)), at);
  // What one entry takes is of one repository.
  if (open === undefined) return [];
  const habit = habitOf(view, scope)?.removal;
  const burst = withRemoval(open, removal, at);
  const base = wideBase(burst, habit);
  const level = levelOf(base);
  if (level === 0 || level <= levelOf(wideBase(open, habit))) return [];
  const here = openBurst(view.rhythm.removals.get(removalKey(taken.scope, actor)), at);
  if (here !== undefined && here.tags === open.tags) return [];
  const circumstances = removalContext(context, taken, burst, habit);
  return [
    describeRemoval(context, {
      ...taken,
      scope,
      name: 'several repositories',
      burst,
      habit,
      base,
      level,
      circumstances,
    }),
  ];
}

function takenBy(context: JudgeContext): Taken | undefined {
  const { event } = context.entry;
  switch (event.type) {
    case 'source.ref-updated':
      return takenRef(context, event);
    case 'package.removed':
      return takenPackage(context, event.data.purl);
    case 'tag.deleted':
    case 'artifact.deleted':
    case 'repository.deleted': {
      const repository = context.view.repositories.get(event.data.repository);
      return repository === undefined ? undefined : takenFrom(context, repository, event);
    }
    // The detector hears no other type.
    default:
      return undefined;
  }
}

function takenPackage(context: JudgeContext, purl: string): Taken | undefined {
  const { view, actor, at } = context;
  if (isWithdrawal(view, purl, actor, at)) return undefined;
  const { count, publishers } = publicationsOf(view, purl, actor);
  return {
    kind: 'package',
    name: purl,
    scope: PACKAGES,
    removal: { tags: isFreshWithdrawal(context, purl) ? [] : [purl], untagged: 0, cited: 0 },
    live: () => count,
    publishers,
    repository: undefined,
  };
}

/** Days within which a version is withdrawn rather than destroyed, while the package lives on in older ones. */
const FRESH = 3 * DAY;

function isFreshWithdrawal({ view, at }: JudgeContext, purl: string): boolean {
  const { key, version } = packageName(purl);
  const known = view.packages.packages.get(key);
  const withdrawn = known?.versions.find((published) => published.version === version);
  if (known === undefined || withdrawn === undefined) return false;
  return at - withdrawn.at < FRESH && known.versions.some((other) => at - other.at >= FRESH);
}

function takenRef({ view }: JudgeContext, event: EventOf<'source.ref-updated'>): Taken | undefined {
  const tag = removedRef(event);
  if (tag === undefined) return undefined;
  const name = sourceName(event.data.sourceRepository);
  const refs = view.sources.repositories.get(name)?.refs;
  return {
    kind: 'source-ref',
    name,
    scope: gitScope(event.data.sourceRepository),
    removal: { tags: [tag], untagged: 0, cited: 0 },
    live: () => (refs === undefined ? 0 : liveTags(refs.tags)),
    publishers: refs && readPushers(refs.pushers),
    repository: undefined,
  };
}

function takenFrom(
  context: JudgeContext,
  repository: RepositoryView,
  event: EventOf<'tag.deleted' | 'artifact.deleted' | 'repository.deleted'>,
): Taken {
  const { view, actor } = context;
  const tags: string[] = [];
  let cures = 0;
  let cited = 0;
  const take = (name: string): void => {
    const tag = repository.tags.get(name);
    if (tag === undefined || tag.gone) return;
    if (isCureOf(view, repository, tag, actor)) {
      cures += 1;
      return;
    }
    tags.push(name);
    if (view.citations.has(tag.digest)) cited += 1;
  };
  let untagged = 0;
  if (event.type === 'tag.deleted') take(event.data.tag);
  else if (event.type === 'repository.deleted')
    for (const name of repository.tags.keys()) take(name);
  else if ((digestIn(repository, event.data.digest)?.tags ?? 0) > 0) {
    for (const [name, { digest }] of repository.tags) if (digest === event.data.digest) take(name);
  } else untagged = 1;
  return {
    kind: 'repository',
    name: repository.name,
    scope: repository.name,
    removal: { tags, cures, untagged, cited },
    live: () => liveTags(repository.tags),
    publishers: repository.publishers,
    repository,
  };
}

export const massDelete: Detector = { metadata, judge, examples: massDeleteExamples };

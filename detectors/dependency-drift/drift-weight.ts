import type { ContextDraft } from '../detector.ts';
import { DAY, HOUR } from '../view/limits.ts';
import type { DependencyFact } from '../view/pipelines/learn-sets.ts';
import type { Strength } from '../view/pipelines/run-facts.ts';
import type { ProjectView } from '../view/project-view.ts';
import { type Drift, isExact, ranBefore } from './drifts.ts';

/** A version that is younger than this has been looked at by nobody. */
const FRESH = DAY;

/** What a drift weighs before its surroundings: 0 where it is the ordinary course of things. */
export function weightOf(drift: Drift, strength: Strength, additionsAreRare: boolean): number {
  const settled = strength === 'strong' && drift.builds >= 8 ? 0 : 0.15;
  // What has resolved to something else before does so as a matter of course.
  const floats = drift.moves > 1 + drift.builds / 20 ? 0.35 : drift.moves > 0 ? 0.15 : 0;
  switch (drift.kind) {
    case 'origin':
      return 0.75 - settled - floats;
    case 'content':
      return (isExact(drift.now === '' ? '' : refOf(drift)) ? 0.7 : 0.5) - settled - floats;
    case 'unlocked':
      return 0.6 - settled - floats;
    case 'version':
    case 'downgrade':
      return 0.35 - settled - floats / 2;
    case 'added':
      return additionsAreRare ? (strength === 'strong' ? 0.45 : 0.3) : 0.2;
    case 'unasked':
      return additionsAreRare ? 0.3 : 0.2;
    case 'declared':
      return 0.2;
  }
}

/** The request, or the version where the build only says what came. */
function refOf({ dependency }: Drift): string {
  return dependency.declared === '' ? dependency.version : dependency.declared;
}

/** What speaks for or against what came, from other entries and from the dependency itself. */
export function driftContext(view: ProjectView, drift: Drift, at: number): readonly ContextDraft[] {
  const { dependency, known } = drift;
  const { key, version } = dependency;
  const found: ContextDraft[] = [];
  const published = view.pipelines.published.get(`${key}@${version}`) ?? dependency.publishedAt;
  if (published <= at && at - published < FRESH) {
    found.push({
      kind: 'fresh-version',
      reason: `${key} ${version} was published ${Math.max(1, Math.round((at - published) / HOUR))} hours before: nobody has looked at it yet`,
      effect: drift.kind === 'declared' ? 0.1 : 0.25,
    });
  }
  if (dependency.installScript) {
    found.push({
      kind: 'install-script',
      reason: `${key} runs code when it is installed`,
      effect: 0.15,
    });
  }
  if (drift.kind === 'downgrade' && known?.declared !== dependency.declared) {
    found.push({ kind: 'asked-for', reason: 'Somebody asked for that version', effect: -0.1 });
  }
  if (known !== undefined && BACK.has(drift.kind)) found.push(...wayBack(drift, known));
  return found;
}

const BACK: ReadonlySet<Drift['kind']> = new Set(['version', 'downgrade', 'content', 'unlocked']);

/** What the builds before say of a version or a content that comes back. */
function wayBack({ kind, dependency }: Drift, known: DependencyFact): readonly ContextDraft[] {
  const { key, version, digest } = dependency;
  const isSameContent = digest !== '' && known.earlierDigest === digest;
  const isVersion = known.earlierVersion === version && version !== known.version;
  if (isVersion ? ranBefore(dependency, known) : isSameContent) {
    // A version that is lower may hold anything, as long as nobody says that it is what it was.
    const isProven = kind !== 'downgrade' || isSameContent;
    return [
      {
        kind: 'ran-before',
        reason: `Builds of this workflow had ${key} ${version} before: ${isProven ? 'a planned way back' : 'perhaps a planned way back, but nothing says that it is the same content'}`,
        effect: isProven ? -0.35 : -0.2,
      },
    ];
  }
  return kind === 'downgrade' && isVersion
    ? [
        {
          kind: 'other-content',
          reason: `Builds of this workflow had ${key} ${version} before, with other content`,
          effect: 0.25,
        },
      ]
    : [];
}

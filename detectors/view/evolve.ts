import type { EventType } from '../../services/core/events/catalogue.ts';
import type { Entry } from '../../services/core/events/event.ts';
import { accessLearner } from './access/learn-access.ts';
import { baselinesLearner } from './baselines/learn-baselines.ts';
import { contentLearner } from './content/learn-content.ts';
import { receivedOf, timeOf } from './entry-facts.ts';
import { evidenceLearner } from './evidence/learn-evidence.ts';
import { learnAnnouncement, readAnnouncement } from './evolve-announcements.ts';
import { learnAttestation, learnBuild } from './evolve-builds.ts';
import { learnCitations } from './evolve-citations.ts';
import { learnDeletion } from './evolve-deletions.ts';
import { settleDue } from './evolve-provenance.ts';
import { learnPush } from './evolve-pushes.ts';
import { healthLearner } from './health/learn-health.ts';
import type { Learner } from './learner.ts';
import { MAX_GRACE } from './limits.ts';
import { packagesLearner } from './packages/learn-packages.ts';
import { pipelinesLearner } from './pipelines/learn-pipelines.ts';
import type { ProjectView } from './project-view.ts';
import { rhythmLearner } from './rhythm/learn-rhythm.ts';
import { scienceLearner } from './science/learn-science.ts';
import { sourcesLearner } from './sources/learn-sources.ts';
import { taintsLearner } from './taints/learn-taints.ts';
import { volumeLearner } from './volume/learn-volume.ts';

/** Version of the view's shape and of what `evolve` makes of entries: a snapshot of another one is never loaded. */
export const VIEW_FORMAT = 6;

const NONE: readonly Learner[] = [];

const LEARNERS = byType([
  accessLearner,
  baselinesLearner,
  contentLearner,
  evidenceLearner,
  healthLearner,
  packagesLearner,
  pipelinesLearner,
  rhythmLearner,
  scienceLearner,
  sourcesLearner,
  taintsLearner,
  volumeLearner,
]);

/**
 * Folds one entry of the project into its view, in place: a pure function of the view and the entry (no clock, no
 * randomness), so that the same entries in the same order give the same view everywhere.
 */
export function evolve(view: ProjectView, entry: Entry): void {
  const { event } = entry;
  const at = timeOf(event);
  settleDue(view, Math.max(view.now, at), event);
  if (at > view.now) {
    // That time has passed says nothing of how late the senders are.
    if (event.type !== 'deadline.passed') learnBehind(view, receivedOf(event) - at);
    view.now = at;
  }
  learnExplanations(view, entry, at);
  for (const learner of LEARNERS.get(event.type) ?? NONE) learner.learn(view, entry, at);
}

/**
 * An import begins years behind. In a project that was not, a word from long ago is no reason to wait longer than for
 * any push: whoever sends such words could put off every deadline.
 */
function learnBehind(view: ProjectView, late: number): void {
  view.behind = view.now === 0 ? late : Math.min(late, Math.max(view.behind, MAX_GRACE));
}

/** Tags, digests and what explains them: the part of the view on which all others lean, so it goes first. */
function learnExplanations(view: ProjectView, entry: Entry, at: number): void {
  const { event } = entry;
  switch (event.type) {
    case 'artifact.pushed':
    case 'tag.moved':
    case 'registry.snapshot-taken':
      learnPush(view, { ...entry, event }, at);
      return;
    case 'artifact.deleted':
    case 'tag.deleted':
    case 'repository.deleted':
      learnDeletion(view, { ...entry, event }, at);
      return;
    case 'build.finished':
      learnBuild(view, { ...entry, event }, at);
      return;
    case 'attestation.attached':
      learnAttestation(view, { ...entry, event }, at);
      return;
    case 'workflow-run.finished':
      learnCitations(view, { ...entry, event }, at);
      return;
    case 'change.announced':
      learnAnnouncement(view, readAnnouncement({ ...entry, event }));
      return;
    // The other types explain nothing.
    default:
      return;
  }
}

function byType(learners: readonly Learner[]): ReadonlyMap<EventType, readonly Learner[]> {
  const found = new Map<EventType, Learner[]>();
  for (const learner of learners) {
    for (const type of learner.listensTo) found.set(type, [...(found.get(type) ?? []), learner]);
  }
  return found;
}

import type { Entry } from '../../../services/core/events/event.ts';
import { setBounded, setNewest } from '../bounded-map.ts';
import { actorOf, refOf } from '../entry-facts.ts';
import type { Learner } from '../learner.ts';
import type { ProjectView } from '../project-view.ts';
import { ownText } from '../shared-text.ts';
import { learnHour, NO_HOURS } from './hour-habit.ts';
import { hoursKeyOf } from './hours-key.ts';
import { learnMoves, learnRefMove } from './learn-moves.ts';
import { learnRemovals, rememberReturn } from './learn-removals.ts';
import {
  learnClaimedBefore,
  learnListing,
  learnPulled,
  learnTainted,
  learnUsed,
  learnVersion,
} from './learn-statements.ts';
import { requestKeyOf } from './request-key.ts';
import { MAX_HOURS, MAX_REQUESTS } from './rhythm-view.ts';
import { rhythmFor } from './scope.ts';

/** Bursts of moves and removals, working hours, and what others say of the tags that we know. */
export const rhythmLearner: Learner = {
  listensTo: [
    'artifact.pushed',
    'tag.moved',
    'tag.deleted',
    'artifact.deleted',
    'repository.deleted',
    'registry.snapshot-taken',
    'artifact.pulled',
    'artifact.inspected',
    'source.ref-updated',
    'package.published',
    'package.removed',
    'digest.tainted',
    'build.started',
    'build.finished',
    'login.succeeded',
    'token.created',
    'token.used',
    'workflow-run.finished',
  ],
  learn: (view, entry, at) => {
    const { event } = entry;
    learnHours(view, entry, at);
    const request = requestKeyOf(event);
    if (request !== undefined && !view.rhythm.requests.has(request)) {
      setBounded(view.rhythm.requests, request, { at, ref: refOf(entry) }, MAX_REQUESTS);
    }
    switch (event.type) {
      case 'artifact.pushed':
        rememberReturn(view, event);
        learnMoves(view, { ...entry, event }, at);
        return;
      case 'tag.moved': {
        const repository = view.repositories.get(event.data.repository);
        if (repository !== undefined) learnClaimedBefore(repository, { ...entry, event });
        learnMoves(view, { ...entry, event }, at);
        return;
      }
      case 'tag.deleted':
      case 'artifact.deleted':
      case 'repository.deleted':
      case 'package.removed':
        learnRemovals(view, { ...entry, event }, at);
        return;
      case 'source.ref-updated':
        learnRefMove(view, { ...entry, event }, at);
        learnRemovals(view, { ...entry, event }, at);
        return;
      case 'registry.snapshot-taken':
        learnListing(view, { ...entry, event });
        return;
      case 'artifact.pulled':
      case 'artifact.inspected':
        learnPulled(view, { ...entry, event }, at);
        return;
      case 'digest.tainted':
        learnTainted(view, { ...entry, event }, at);
        return;
      case 'workflow-run.finished':
        learnUsed(view, event, at);
        return;
      case 'package.published':
        learnVersion(view, event, at);
        return;
      // The others say nothing but the hour.
      default:
        return;
    }
  },
};

function learnHours(view: ProjectView, { event }: Entry, at: number): void {
  if (event.type === 'artifact.pushed' || event.type === 'tag.moved') {
    const repository = view.repositories.get(event.data.repository);
    if (repository === undefined) return;
    const rhythm = rhythmFor(repository);
    rhythm.hours = learnHour(rhythm.hours, at);
    return;
  }
  const key = hoursKeyOf(event, actorOf(event));
  if (key === undefined) return;
  const { hours } = view.rhythm;
  const known = hours.get(key);
  const habit = learnHour(known ?? NO_HOURS, at);
  const own = known === undefined ? ownText(key) : key;
  if (hours.size >= MAX_HOURS) setNewest(hours, own, habit, MAX_HOURS);
  else setBounded(hours, own, habit, MAX_HOURS);
}

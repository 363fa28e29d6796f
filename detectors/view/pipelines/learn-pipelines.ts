import type { EventOf } from '../../../services/core/events/event.ts';
import { setNewest } from '../bounded-map.ts';
import { refOf } from '../entry-facts.ts';
import type { Learner } from '../learner.ts';
import { ownText } from '../shared-text.ts';
import { learnBase } from './bases.ts';
import { learnAge, learnClock } from './clocks.ts';
import { dependencyName } from './dependency-name.ts';
import { learnOutputs } from './learn-outputs.ts';
import { learnRun } from './learn-run.ts';
import {
  MAX_HOOKED_PACKAGES,
  MAX_PUBLISHED_VERSIONS,
  type PipelinesView,
} from './pipelines-view.ts';

/** What builds look like, what they make, and what is known of the packages and bases that go into them. */
export const pipelinesLearner: Learner = {
  listensTo: [
    'artifact.pushed',
    'artifact.inspected',
    'tag.moved',
    'source.ref-updated',
    'build.started',
    'build.finished',
    'attestation.attached',
    'package.published',
    'token.revoked',
    'key.rotated',
  ],
  learn: (view, entry, at) => {
    const { event } = entry;
    const { pipelines } = view;
    switch (event.type) {
      case 'artifact.pushed':
      case 'artifact.inspected': {
        const { baseImage: base, repository } = event.data;
        if (base !== undefined) learnBase(pipelines.bases, entry, { repository, base, at });
        if (event.type === 'artifact.pushed') {
          // Told once: whatever else happens to the digest is the same story.
          if (event.data.tags.length > 0) pipelines.unpublished.delete(event.data.digest);
          learnClock(pipelines, event, at);
          learnAge(pipelines, event, at);
        }
        return;
      }
      case 'tag.moved':
        pipelines.unpublished.delete(event.data.to);
        return;
      case 'source.ref-updated':
        learnClock(pipelines, event, at);
        return;
      case 'build.started':
        learnRun(view, { ...entry, event }, at);
        return;
      case 'build.finished': {
        const { baseImage: base, outputs } = event.data;
        const repository = outputs?.[0]?.repository;
        if (base !== undefined && repository !== undefined) {
          learnBase(pipelines.bases, entry, { repository, base, at });
        }
        // Before the run is folded in, whether it was set off by a newcomer can still be seen.
        learnRun(view, { ...entry, event }, at);
        learnOutputs(pipelines, refOf(entry), event.data, at);
        learnClock(pipelines, event, at);
        return;
      }
      case 'attestation.attached': {
        const { data } = event;
        if (!data.verified || data.repository === undefined || view.builds.has(data.digest)) return;
        learnOutputs(
          pipelines,
          refOf(entry),
          {
            ...data,
            runId: data.runId ?? '',
            outputs: [{ repository: data.repository, digest: data.digest }],
          },
          at,
        );
        return;
      }
      case 'package.published':
        learnPackage(pipelines, event, at);
        return;
      case 'token.revoked':
      case 'key.rotated':
        if (at > pipelines.revoked) pipelines.revoked = at;
        return;
      // The learner hears no other type.
      default:
        return;
    }
  },
};

function learnPackage(
  pipelines: PipelinesView,
  { data }: EventOf<'package.published'>,
  at: number,
): void {
  const { key, version } = dependencyName(data.purl);
  if (version !== '')
    setNewest(pipelines.published, [key, version].join('@'), at, MAX_PUBLISHED_VERSIONS);
  if (data.installScript === undefined) return;
  const habit = pipelines.hooks.get(key) ?? { versions: 0, hooks: 0 };
  habit.versions += 1;
  if (data.installScript) habit.hooks += 1;
  setNewest(pipelines.hooks, ownText(key), habit, MAX_HOOKED_PACKAGES);
}

import type { EventData } from '../../services/core/events/catalogue.ts';
import { commit, GIT, pushBranch, pushTag } from './git-story.ts';
import { image, type Story, story } from './story.ts';

type Published = EventData<'package.published'>;

/** A publication by the pipeline with its usual token, that says nothing of where it came from. */
export function publish(told: Story, version: string, more: Partial<Published> = {}): Story {
  return told.event('package.published', {
    purl: `pkg:pypi/labtool@${version}`,
    registry: 'pypi.org',
    publisher: { name: 'pipeline' },
    client: { tokenId: 'trusted' },
    ...more,
  });
}

/** A release with everything: commit, tag, run, attestation. */
export function release(told: Story, turn: number, more: Partial<Published> = {}): Story {
  const version = `1.${turn}.0`;
  const change = `change-${turn}`;
  pushTag(pushBranch(told.days(3), change), `v${version}`, change);
  told.event('build.finished', {
    runId: `publish-${turn}`,
    sourceRepository: GIT,
    commit: commit(change),
    ref: `refs/tags/v${version}`,
    workflow: { path: '.ci/publish.yaml' },
    outcome: 'success',
    outputs: [{ digest: image(`wheel-${turn}`) }],
  });
  return publish(told, version, {
    digest: image(`wheel-${turn}`),
    attested: true,
    sourceRepository: GIT,
    commit: commit(change),
    installScript: false,
    ...more,
  });
}

/** Ten releases in a month, each with everything. */
export function releases(): Story {
  return story().times(10, (told, turn) => release(told, turn));
}

/** Ten publications in a month of which nothing is known but who made them. */
export function plainPublications(): Story {
  return story().times(10, (told, turn) => publish(told.days(3), `1.${turn}.0`));
}

import { inspectDigest, type Place } from '../../../detectors/context/registry-commands.ts';
import type { Deviation } from '../audit-report.ts';
import { CONTROLS } from '../controls.ts';
import {
  isExplained,
  type ListingDifference,
  type RepositoryState,
  type TagState,
  type TagView,
} from '../fold-tags.ts';
import { type Check, type CheckResult, counted, deviation } from './check.ts';

const ID = 'tags-explained';
const HABIT_DIGESTS = 3;
const HABIT_SHARE = 0.8;
/** A push this young may still be waiting for its build to report. */
const GRACE = 60 * 60 * 1000;

/** Folds the tags as of the end of the period and asks of each what put it where it is. */
export const tagsExplained: Check = {
  id: ID,
  title: 'Every tag is where the ledger says, for a reason',
  question: 'Does every current tag match what the ledger explains?',
  controls: [
    CONTROLS.change,
    CONTROLS.configuration,
    CONTROLS.protectCode,
    CONTROLS.verifyRelease,
    CONTROLS.archiveRelease,
    CONTROLS.provenanceExists,
  ],
  run: async ({ tags, to }) => judgeTags(tags, Date.parse(to)),
};

function judgeTags(view: TagView, to: number): CheckResult {
  const repositories = [...view.repositories.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const current = repositories.reduce((sum, { tags }) => sum + tags.size, 0);
  const deviations = repositories.flatMap((repository) => [
    ...unexplainedTags(view, repository, to),
    ...(repository.listing?.differences ?? []).map((difference) => differs(repository, difference)),
  ]);
  const known = repositories.filter(({ tags, listing }) => tags.size > 0 || listing !== undefined);
  if (known.length === 0) {
    const summary = 'The project has no tags in the ledger.';
    return { status: 'not-applicable', summary, deviations };
  }
  const unlisted = known.filter(({ listing }) => listing === undefined);
  const earlier = known.reduce((sum, { listing }) => sum + (listing?.knownFromListing ?? 0), 0);
  const compared =
    unlisted.length === 0
      ? 'all compared with what the registry listed.'
      : `${unlisted.length} of them not compared with the registry itself: no listing of it was recorded.`;
  const older = earlier === 0 ? '' : ` ${counted(earlier, 'tag')} known from a listing only.`;
  const summary = `${counted(current, 'tag')} in ${counted(known.length, 'repository', 'repositories')}, ${compared}${older}`;
  if (deviations.length > 0) return { status: 'fail', summary, deviations };
  return { status: unlisted.length > 0 ? 'attention' : 'pass', summary, deviations };
}

function* unexplainedTags(
  view: TagView,
  repository: RepositoryState,
  to: number,
): Iterable<Deviation> {
  const habit = hasHabit(view, repository);
  for (const [tag, state] of repository.tags) {
    if (!repository.pushed.has(state.digest)) {
      if (!repository.listedBefore.has(`${tag} ${state.digest}`)) {
        yield neverPushed(repository, tag, state);
      }
    } else if (
      habit &&
      to - Date.parse(state.time) > GRACE &&
      !isExplained(view, repository, state.digest)
    ) {
      yield withoutBuild(repository, tag, state);
    }
  }
}

/** Whether so much of what was tagged here has a build or an attestation that one without is out of the ordinary. */
function hasHabit(view: TagView, repository: RepositoryState): boolean {
  let tagged = 0;
  let explained = 0;
  for (const [digest, push] of repository.pushed) {
    if (!push.tagged) continue;
    tagged++;
    if (isExplained(view, repository, digest)) explained++;
  }
  return explained >= HABIT_DIGESTS && explained >= tagged * HABIT_SHARE;
}

function withoutBuild(repository: RepositoryState, tag: string, state: TagState): Deviation {
  const { name } = repository;
  return deviation(ID, ['build', name, tag, state.digest], {
    severity: 'high',
    title: `No build explains ${name}:${tag}`,
    detail: `The tag points to ${state.digest} since ${state.time}. Nearly everything else that was tagged in this repository came with a build or an attestation; this did not.`,
    evidence: [state.since],
    steps: [
      inspectDigest(
        placeOf(repository),
        state.digest,
        'Look at what the image says of its origin, and ask who pushed it.',
      ),
      {
        text: 'Rebuild the tag from its commit, or accept the deviation with a reason (deviation.accepted).',
      },
    ],
  });
}

function neverPushed(repository: RepositoryState, tag: string, state: TagState): Deviation {
  const { name } = repository;
  return deviation(ID, ['push', name, tag, state.digest], {
    severity: 'medium',
    title: `${name}:${tag} points to a digest that nobody pushed`,
    detail: `The tag was moved to ${state.digest}, but the ledger holds no push of that digest: it is older than the observation, or its push was not reported.`,
    evidence: [state.since],
    steps: [
      inspectDigest(placeOf(repository), state.digest, 'See when and by what the image was made.'),
    ],
  });
}

function differs(repository: RepositoryState, difference: ListingDifference): Deviation {
  const { kind, tag, listed, explained, evidence } = difference;
  const { name } = repository;
  const place = placeOf(repository);
  const base = { evidence: [...evidence] };
  switch (kind) {
    case 'unexplained':
      return deviation(ID, ['listing', name, tag, listed ?? ''], {
        ...base,
        severity: 'high',
        title: `The registry has ${name}:${tag}, the ledger no event for it`,
        detail: `The registry listed the tag at ${listed ?? 'no digest'}. An event was lost, or the tag was set past the notifications.`,
        steps: [inspectDigest(place, listed ?? '', 'Find out when the tag was set and by whom.')],
      });
    case 'other-digest':
      return deviation(ID, ['listing', name, tag, listed ?? '', explained ?? ''], {
        ...base,
        severity: 'high',
        title: `The registry has another ${name}:${tag} than the ledger`,
        detail: `The registry listed ${listed ?? 'no digest'}, the ledger explains ${explained ?? 'no digest'}.`,
        steps: [
          inspectDigest(place, listed ?? '', 'Compare both images before anybody pulls the tag.'),
        ],
      });
    case 'not-listed':
      return deviation(ID, ['gone', name, tag, explained ?? ''], {
        ...base,
        severity: 'medium',
        title: `The registry no longer has ${name}:${tag}`,
        detail: `The ledger explains ${explained ?? 'a digest'}, and no event says that the tag was removed.`,
        steps: [
          inspectDigest(place, explained ?? '', 'See whether the registry still holds the digest.'),
        ],
      });
  }
}

function placeOf({ registry, name }: RepositoryState): Place {
  return { registry: registry ?? '', repository: name };
}

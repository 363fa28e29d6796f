import type { ContextDraft } from '../detector.ts';
import { percent } from '../text/percent.ts';
import { markedRef } from '../view/entry-mark.ts';
import { isKinOrigin, isUsualOrigin, provenanceHabit, staysUnexplained } from '../view/explain.ts';
import { DAY, HOUR } from '../view/limits.ts';
import type { ProjectView, RepositoryView } from '../view/project-view.ts';
import type { Episode, Move } from './move.ts';

/** What explains the digest, as context that lowers the score. */
export function explanationContext(
  repository: RepositoryView,
  move: Move,
): readonly ContextDraft[] {
  const { explanation } = move;
  switch (explanation.kind) {
    case 'build': {
      const { build } = explanation;
      const { shard, index } = markedRef(build);
      if (isKinOrigin(repository, build, move.at) && !isUsualOrigin(repository, build, move.at)) {
        return [
          {
            kind: 'kin-build',
            reason: `A usual builder made it from a source that is new here but kin to the usual one (entry ${index} of shard ${shard})`,
            effect: -0.3,
          },
        ];
      }
      return isUsualOrigin(repository, build, move.at)
        ? [
            {
              kind: 'usual-build',
              reason: `The usual builder made it from the usual source (entry ${index} of shard ${shard})`,
              effect: -0.4,
            },
          ]
        : [
            {
              kind: 'unusual-build',
              reason: `A build explains it, but of a builder or source that this repository does not know: ${build.builder} from ${build.source}`,
              effect: -0.05,
            },
          ];
    }
    case 'attestation':
      return [
        {
          kind: 'attested',
          reason: `Verified provenance signed by ${explanation.signer}`,
          effect: -0.4,
        },
      ];
    case 'parts':
      return [
        { kind: 'parts-explained', reason: 'All parts of the index are explained', effect: -0.4 },
      ];
    case 'known':
      return [
        {
          kind: 'known-digest',
          reason: 'The digest has been in this repository before',
          effect: -0.25,
        },
      ];
    case 'none':
      return [];
  }
}

/** Where digests are explained, that nothing explains this one weighs as much as the habit is old. */
export function gapContext(
  view: ProjectView,
  repository: RepositoryView,
  base: number,
): readonly ContextDraft[] {
  const { expects, share, observed } = provenanceHabit(view, repository);
  return [
    {
      kind: 'unexplained-here',
      reason: `Nothing explains the digest, while builds or attestations explained ${percent(share)} of the last ${observed} pushes`,
      effect: expects === 'always' ? Math.max(0.15, 0.85 - base) : 0.1,
    },
  ];
}

export function strangerContext(move: Move): readonly ContextDraft[] {
  if (move.publisherKnown || move.by === '' || move.repository.publishers.size === 0) return [];
  return [{ kind: 'publisher-new', reason: `${move.by} has never published here`, effect: 0.1 }];
}

/** Whether the way back is the cure, or only hides an excursion. */
export function episodeContext(
  view: ProjectView,
  repository: RepositoryView,
  move: Move,
  episode: Episode | undefined,
): readonly ContextDraft[] {
  if (episode === undefined) return [];
  const { out, lasted } = episode;
  const known = repository.publishers.get(move.by);
  // Somebody else, who was trusted before the excursion began, puts it right: that is the cure.
  if (
    move.by !== out.by &&
    known !== undefined &&
    known.first < out.since - DAY &&
    staysUnexplained(view, repository, out)
  ) {
    return [
      {
        kind: 'cure',
        reason: `${move.by} points the tag back to where it was before ${out.by || 'an unknown actor'} moved it; the excursion remains to be explained`,
        effect: -0.6,
      },
    ];
  }
  return lasted < DAY
    ? [
        {
          kind: 'there-and-back',
          reason: `The tag is back after ${hours(lasted)} at another digest, by ${move.by === out.by ? 'the same actor' : 'an actor without history'}: who pulled it meanwhile got that`,
          effect: 0.1,
        },
      ]
    : [];
}

function hours(duration: number): string {
  const [count, unit] =
    duration < HOUR
      ? [Math.max(1, Math.round(duration / 60_000)), 'minute']
      : [Math.round(duration / HOUR), 'hour'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

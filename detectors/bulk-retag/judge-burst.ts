import { cure } from '../context/cure.ts';
import { policyMovedTags } from '../context/policy-moved-tag.ts';
import type { ContextDraft, JudgeContext } from '../detector.ts';
import { markedAt, markedRef } from '../view/entry-mark.ts';
import {
  explain,
  isKinOrigin,
  isUsualOrigin,
  provenanceHabit,
  wasNamedBefore,
} from '../view/explain.ts';
import { DAY } from '../view/limits.ts';
import type { RepositoryView } from '../view/project-view.ts';
import { collapseOf, type RetagMove } from '../view/rhythm/retag-burst.ts';
import type { RetagBurst, RetagHabit } from '../view/rhythm/rhythm-view.ts';
import { momentIn } from '../view/tag-habit.ts';

/** A burst as an entry leaves it, and what it was before. */
export type Retag = {
  readonly moves: readonly RetagMove[];
  readonly burst: RetagBurst;
  readonly open: RetagBurst | undefined;
  readonly habit: RetagHabit | undefined;
  readonly base: number;
  readonly level: number;
  readonly before: number;
};

const YOUNG = 7 * DAY;

/**
 * How far the burst is from what is done here. `strange` moves count as they are; beside them, how many unlike digests
 * tags left for one: one release has several names, but those had one digest, or one each of the lines that it ends
 * (`1.4`, `1`, `latest`).
 */
export function baseOf(burst: RetagBurst, habit: RetagHabit | undefined, to: string): number {
  const excess = collapseOf(burst, to) - Math.max(3, Math.ceil(habit?.collapse ?? 0));
  const collapse = excess >= 3 ? 0.9 : excess === 2 ? 0.8 : excess === 1 ? 0.7 : 0;
  const { strange, moves } = burst;
  const many = strange >= 2 && moves >= 5 && moves > (habit?.moves ?? 0);
  const bulk = strange >= 5 ? 0.85 : strange >= 3 || many ? 0.75 : 0;
  return Math.max(collapse, bulk);
}

/** A burst is told when it becomes known, and once more when there is no doubt left. */
export function levelOf(base: number): number {
  return base >= 0.8 ? 2 : base > 0 ? 1 : 0;
}

export function retagContext(
  context: JudgeContext,
  repository: RepositoryView,
  { moves, burst }: Retag,
  parts: readonly string[] | undefined,
): readonly ContextDraft[] {
  const { at, actor } = context;
  const [first] = moves;
  if (first === undefined) return [];
  const publisher = repository.publishers.get(actor);
  // The moves of this very burst make nobody known.
  const stranger = actor !== '' && (publisher === undefined || publisher.first >= burst.start);
  return [
    ...explanationOf(context, repository, first, burst, parts),
    ...(stranger
      ? [{ kind: 'publisher-new', reason: `${actor} has never published here`, effect: 0.1 }]
      : []),
    ...cure(context.view, repository, {
      known: repository.tags.get(first.tag),
      to: first.to,
      by: actor,
    }),
    ...policyMovedTags(context.policy, burst.tags),
    ...(momentIn(repository, at) - repository.since < YOUNG
      ? [
          {
            kind: 'young-repository',
            reason: 'The repository is younger than a week: nothing is usual yet',
            effect: -0.4,
          },
        ]
      : []),
  ];
}

function explanationOf(
  { view, at }: JudgeContext,
  repository: RepositoryView,
  { to }: RetagMove,
  burst: RetagBurst,
  parts: readonly string[] | undefined,
): readonly ContextDraft[] {
  const explanation = explain(view, repository, to, parts);
  // What had names before explains its own release, not why the tags of other releases go there now.
  if (explanation.kind !== 'none' && wasNamedBefore(repository, to, burst.start)) {
    return [
      {
        kind: 'older-content',
        reason: 'The content had its names before: no release of now puts the tags there',
        effect: 0.1,
      },
    ];
  }
  switch (explanation.kind) {
    case 'build': {
      const { build } = explanation;
      const built = markedAt(build);
      const kin = !isUsualOrigin(repository, build, at);
      if (kin && !isKinOrigin(repository, build, at)) return [];
      if (built < burst.start - DAY) {
        return [
          {
            kind: 'older-content',
            reason: `The content was built on ${new Date(built).toISOString().slice(0, 10)}: no release of today puts the tags there`,
            effect: 0.1,
          },
        ];
      }
      const { shard, index } = markedRef(build);
      return [
        kin
          ? {
              kind: 'kin-build',
              reason: `A usual builder made it just before, from a source that is new here but kin to the usual one (entry ${index} of shard ${shard})`,
              effect: -0.3,
            }
          : {
              kind: 'usual-build',
              reason: `The usual builder made it from the usual source just before (entry ${index} of shard ${shard})`,
              effect: -0.4,
            },
      ];
    }
    case 'attestation':
      return [
        {
          kind: 'attested',
          reason: `Verified provenance signed by ${explanation.signer}`,
          effect: -0.3,
        },
      ];
    case 'parts':
      return [
        { kind: 'parts-explained', reason: 'All parts of the index are explained', effect: -0.3 },
      ];
    case 'known':
      return [];
    case 'none': {
      const habit = provenanceHabit(view, repository);
      if (habit.expects === 'nothing') return [];
      return habit.before
        ? [
            {
              kind: 'unexplained-here',
              reason:
                'Nothing explains the digest, where builds or attestations explain what is pushed',
              effect: 0.1,
            },
          ]
        : [
            {
              kind: 'explanation-may-come',
              reason: 'Builds come after the push here, and there is time still',
              effect: -0.3,
            },
          ];
    }
  }
}

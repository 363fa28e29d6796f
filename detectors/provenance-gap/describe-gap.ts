import { searchEntries } from '../context/ledger-commands.ts';
import { inspectDigest, listReferrers, placeOf } from '../context/registry-commands.ts';
import type { ContextDraft, FindingDraft, JudgeContext } from '../detector.ts';
import { listWords } from '../text/list-words.ts';
import { percent } from '../text/percent.ts';
import { provenanceHabit } from '../view/explain.ts';
import type { RepositoryView } from '../view/project-view.ts';
import { NOTHING_OBSERVED, shareOf } from '../windows/bit-window.ts';

/** A push that lacks what pushes have here. */
export type Gap = {
  readonly repository: RepositoryView;
  readonly digest: string;
  readonly tags: readonly { readonly tag: string; readonly from: string | undefined }[];
  readonly at: number;
  readonly by: string;
  readonly publisherKnown: boolean;
  readonly missing: 'build' | 'attestation';
};

/** Words, evidence and commands for a gap. */
export function describeGap(context: JudgeContext, gap: Gap): readonly FindingDraft[] {
  const { repository, digest, tags, by, missing } = gap;
  const habit = provenanceHabit(context.view, repository);
  const { explained, attested = NOTHING_OBSERVED } = repository;
  const window = missing === 'build' ? explained : attested;
  const share = shareOf(window);
  const name = `${repository.name}@${digest}`;
  const taken = listWords(tags.map(({ tag }) => tag));
  const moved = tags.filter(({ from }) => from !== undefined && from !== digest);
  const place = placeOf(repository, { repository: repository.name });
  const context_: ContextDraft[] = [
    ...(window.count >= 20 && share >= 0.97
      ? [
          {
            kind: 'consistent-history',
            reason: `${percent(share)} of the last ${window.count} pushes had it`,
            effect: 0.1,
          },
        ]
      : []),
    ...(gap.publisherKnown || by === ''
      ? []
      : [{ kind: 'publisher-new', reason: `${by} has never published here`, effect: 0.15 }]),
    ...(moved.length > 0
      ? [
          {
            kind: 'tag-moved',
            reason: `The push took ${moved.length === 1 ? 'a tag' : `${moved.length} tags`} from other content`,
            effect: 0.1,
          },
        ]
      : []),
  ];
  return [
    {
      title:
        missing === 'build'
          ? `No build explains ${repository.name}:${tags[0]?.tag ?? ''}`
          : `${repository.name}:${tags[0]?.tag ?? ''} lacks the attestation that releases have here`,
      message: `${by || 'An unknown actor'} pushed ${name} as ${taken}. ${
        missing === 'build'
          ? 'No build run and no verified attestation names this digest'
          : 'A build explains it, but no verified attestation came'
      }, while ${percent(share)} of the last ${window.count} pushes had theirs.`,
      subject: {
        kind: 'artifact',
        key: `artifact:${name}`,
        repository: repository.name,
        digest,
        ...(tags[0] === undefined ? {} : { tag: tags[0].tag }),
      },
      observed: { missing, tags: tags.map(({ tag }) => tag).slice(0, 16) },
      expected: {
        share,
        observed: window.count,
        before: habit.before,
        graceSeconds: habit.grace / 1000,
      },
      role: 'the push',
      tags: tags.map(({ tag }) => tag),
      evidence: [],
      base: missing === 'attestation' ? 0.5 : habit.expects === 'always' ? 0.6 : 0.45,
      context: context_,
      ...(missing === 'attestation' ? { atMost: 'ticket' as const } : {}),
      remediation: {
        owner: 'release engineers',
        steps: [
          inspectDigest(place, digest, 'Look at when and from what the image says it was made.'),
          listReferrers(place, digest),
          searchEntries('See whether any build of the project names the digest.', {
            digest: digest,
          }),
          { text: `Ask ${by || 'the publishers of the repository'} how it was built and by what.` },
        ],
      },
    },
  ];
}

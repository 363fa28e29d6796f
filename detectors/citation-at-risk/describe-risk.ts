import { searchEntries } from '../context/ledger-commands.ts';
import { placeOf, pointTagBack } from '../context/registry-commands.ts';
import type { FindingDraft, JudgeContext } from '../detector.ts';
import { listWords } from '../text/list-words.ts';
import { DAY } from '../view/limits.ts';
import type { Fall } from './falls.ts';

/** Words and commands for an image that a run needs and retention will take. */
export function describeRisk(
  { view }: JudgeContext,
  fall: Fall,
  told: { readonly now: number; readonly final: boolean; readonly role: string },
): FindingDraft {
  const { repository, digest, tags } = fall;
  const citation = view.citations.get(digest);
  const cited = view.science.cited.get(digest);
  const days = Math.max(0, Math.ceil((fall.at - told.now) / DAY));
  const when = new Date(fall.at).toISOString().slice(0, 10);
  const publication = citation?.publication ?? '';
  const runs = citation?.runs ?? 1;
  const protects =
    tags.length === 0
      ? 'No tag points to it any more, and untagged images are cleaned up'
      : `Only ${listWords(tags)} ${tags.length === 1 ? 'protects' : 'protect'} it, and the retention rule removes ${tags.length === 1 ? 'it' : 'them'} on ${when}`;
  const place = placeOf(repository, { repository: repository.name });
  return {
    title: `The image of ${runs === 1 ? 'a run' : `${runs} runs`} in ${repository.name} ${tags.length === 0 ? 'has no tag left' : `expires in ${days} days`}`,
    message: `${runs === 1 ? 'A workflow run cites' : `${runs} workflow runs cite`} ${repository.name}@${digest}${publication === '' ? '' : ` (${publication})`}. ${protects}. After that nobody can repeat the run with the same software.`,
    subject: {
      kind: 'artifact',
      key: `at-risk:${repository.name}@${digest}`,
      repository: repository.name,
      digest,
    },
    observed: { tags, fallsAt: new Date(fall.at).toISOString(), runs },
    expected: { protectedBy: 'a tag that no retention rule matches' },
    role: told.role,
    evidence: cited === undefined ? [] : [{ ...cited.ref, role: 'the run that cites it' }],
    tags,
    identity: [
      repository.name,
      digest,
      told.final ? 'final' : 'lead',
      tags.length === 0 ? 'untagged' : String(fall.at),
    ],
    base: 0.35,
    context: [
      ...(publication === ''
        ? []
        : [{ kind: 'published', reason: `Cited by ${publication}`, effect: 0.2 }]),
      ...(runs >= 5
        ? [{ kind: 'many-runs', reason: `${runs} runs depend on it`, effect: 0.1 }]
        : []),
      ...(told.final
        ? [{ kind: 'last-call', reason: 'Two days or less are left', effect: 0.15 }]
        : []),
    ],
    atMost: 'ticket',
    remediation: {
      owner: 'research-software administrators',
      steps: [
        {
          text: 'Give it a tag that no retention rule matches; the name is yours to choose.',
          command: pointTagBack(place, 'keep-for-citation', digest).command ?? '',
        },
        searchEntries('See the runs that need it.', { digest, type: 'workflow-run.finished' }),
      ],
    },
  };
}

import { searchEntries } from '../context/ledger-commands.ts';
import type { FindingDraft, JudgeContext } from '../detector.ts';
import { listWords } from '../text/list-words.ts';
import { REBUILD_HABIT, rebuildsOf } from '../view/evidence/learn-evidence.ts';
import { missesOf } from '../windows/bit-window.ts';

/** The first rebuild that differs after those that matched: the same commit has two contents. */
export function judgeRebuild({ entry, view }: JudgeContext): readonly FindingDraft[] {
  const { event } = entry;
  if (event.type !== 'rebuild.compared' || event.data.matches) return [];
  const { repository: name, digest, rebuildDigest, commit, differences = [] } = event.data;
  const habit = rebuildsOf(view, event.data);
  if (name === undefined || habit === undefined || habit.mismatches > 0) return [];
  const matched = habit.matches.count - missesOf(habit.matches);
  if (matched < REBUILD_HABIT) return [];
  return [
    {
      title: `One commit of ${name} has two contents`,
      message: `${name}@${digest} and its rebuild${commit === undefined ? '' : ` of commit ${commit}`} differ${differences.length === 0 ? '' : ` in ${listWords(differences)}`}; ${matched} rebuilds before gave the same content.`,
      subject: {
        kind: 'artifact',
        key: `artifact:${name}@${digest}`,
        repository: name,
        digest,
      },
      observed: {
        differs: differences.slice(0, 16),
        ...(rebuildDigest === undefined ? {} : { rebuildDigest }),
        ...(commit === undefined ? {} : { commit }),
      },
      expected: { matchedBefore: matched },
      role: 'the comparison',
      evidence: [],
      base: 0.6,
      context: [],
      remediation: {
        owner: 'build engineers',
        steps: [searchEntries('See what built, attested and compared it.', { digest })],
      },
    },
  ];
}

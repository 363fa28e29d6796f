import { splitPurl } from '../../services/core/image/diff-packages.ts';
import { searchEntries } from '../context/ledger-commands.ts';
import type { FindingDraft, JudgeContext } from '../detector.ts';
import { compareArchive } from '../view/evidence/archives.ts';
import { missesOf } from '../windows/bit-window.ts';

/** Whether the archive that a release was made from is the archive of its tag, as it was for those before. */
export function judgeArchive({ entry, view }: JudgeContext): readonly FindingDraft[] {
  const { event } = entry;
  if (event.type !== 'package.published') return [];
  const archive = compareArchive(view, event);
  if (archive === undefined || archive.same) return [];
  const { purl, sourceArchiveDigest = '', sourceRepository = '' } = event.data;
  const { name } = splitPurl(purl);
  const habit = view.releases.packages.get(name)?.archives;
  const observed = habit?.count ?? 0;
  const matched = habit === undefined ? 0 : observed - missesOf(habit);
  const base = matched >= 2 ? 0.85 : observed >= 2 && matched === 0 ? 0.3 : 0.6;
  return [
    {
      title: `${purl} was not made from its tag`,
      message: `${purl} holds or was made from a source archive ${sourceArchiveDigest}; the archive of ${archive.name} in ${sourceRepository} is ${archive.digest}. Of the last ${observed} releases ${matched} were made from their tag.`,
      subject: { kind: 'package', key: `package:${name}`, digest: sourceArchiveDigest },
      observed: { purl, sourceArchive: sourceArchiveDigest },
      expected: { sourceArchive: archive.digest, ref: archive.name, matched, observed },
      role: 'the release',
      evidence: [{ ...archive.ref, role: 'the tag' }],
      base,
      context: [],
      remediation: {
        owner: 'package maintainers',
        steps: [
          {
            text: 'Unpack both archives and read every file that only the release has or that differs.',
          },
          searchEntries('List what was built from the release archive.', {
            digest: sourceArchiveDigest,
          }),
        ],
      },
    },
  ];
}

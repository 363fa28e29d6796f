import { splitPurl } from '../services/core/image/diff-packages.ts';
import { searchEntries } from './context/ledger-commands.ts';
import { inspectDigest, placeOf } from './context/registry-commands.ts';
import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { rebuildMismatchExamples } from './examples/rebuild-mismatch-examples.ts';
import { judgeArchive } from './rebuild-mismatch/judge-archive.ts';
import { listWords } from './text/list-words.ts';
import { cutDigest } from './view/content/image-record.ts';
import { REBUILD_HABIT, rebuildsOf } from './view/evidence/learn-evidence.ts';
import { digestIn, isUsualOrigin } from './view/explain.ts';
import { DAY } from './view/limits.ts';
import type { ProjectView, RepositoryView } from './view/project-view.ts';
import { missesOf } from './windows/bit-window.ts';

const metadata: DetectorMetadata = {
  id: 'D21',
  rule: 'rebuild-mismatch',
  version: 1,
  title: 'A published artifact is not what its source gives',
  description:
    'An independent rebuild of the same commit has other content, in a repository whose rebuilds match; or the archive that a release was made from is not the archive of its tag. A difference that stays is never taken for the new normal: it is told as work until a rebuild matches again, and that is recorded too, because something changed on the side of the builder.',
  severity: 'critical',
  listensTo: ['rebuild.compared', 'package.published'],
  falsePositives: [
    'Another compiler or tool version on the side of the builder or of the rebuilder.',
    'A release archive with generated files in it, in a project that never published one before.',
  ],
  knownGaps: [
    'Without independent rebuilds, or archives of tags with their digests, nothing can be compared.',
    'A repository whose rebuilds never matched only gets log entries, and after some of them none.',
    'Two builders with the same implant agree.',
  ],
  remediation:
    'Keep both results, compare them file by file, and stop the distribution until every difference is explained; examine the builder that made the published one.',
  references: {
    attack: ['T1195.002', 'T1554', 'T1027'],
    slsa: ['E: Build process', 'B: Authoring & reviewing'],
    controls: ['SI-7', 'SR-4(3)', 'SR-11'],
  },
};

/** Comparisons of a repository whose rebuilds never match until they are recorded no more. */
const MAX_RECORDS = 8;

/** How long another repository's mismatch makes this one look like a change of the builders. */
const WAVE = 30 * DAY;

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  if (event.type !== 'rebuild.compared') return judgeArchive(context);
  const { data } = event;
  const { view } = context;
  const repository =
    data.repository === undefined ? undefined : view.repositories.get(data.repository);
  const habit = rebuildsOf(view, data);
  const matched = habit === undefined ? 0 : habit.matches.count - missesOf(habit.matches);
  const streak = habit?.mismatches ?? 0;
  if (data.matches) {
    // Of a habit that broke and is whole again nobody should learn only that it is whole.
    if (streak === 0 || matched === 0) return [];
    return [describe(context, repository, 0.4, matched, streak, [])];
  }
  const observed = habit?.matches.count ?? 0;
  if (matched === 0) {
    // Where rebuilds never match, one more that does not says little, and the tenth says nothing.
    if (observed > MAX_RECORDS) return [];
    return [describe(context, repository, observed >= 2 ? 0.3 : 0.4, matched, streak, [])];
  }
  const base = matched >= REBUILD_HABIT ? 0.85 : 0.6;
  return [
    describe(context, repository, base, matched, streak, [
      ...(streak > 0
        ? [
            {
              kind: 'known-mismatch',
              reason: `The last ${streak} did not match either: it is not new, and not accepted`,
              effect: -0.3,
            },
          ]
        : []),
      ...(repository === undefined
        ? []
        : builderContext(view, repository, data.digest, context.at)),
      ...waveContext(view, repository?.name ?? '', context.at),
    ]),
  ];
}

/** Another builder than usual made it: then its tools may be the difference. */
function builderContext(
  view: ProjectView,
  repository: RepositoryView,
  digest: string,
  at: number,
): readonly ContextDraft[] {
  const build = digestIn(repository, digest)?.build ?? view.builds.get(digest);
  if (build === undefined || isUsualOrigin(repository, build, at)) return [];
  return [
    {
      kind: 'builder-changed',
      reason: `${build.builder || 'A builder without a name'} made it, which is not the usual one: its tools may differ`,
      effect: -0.2,
    },
  ];
}

function waveContext(view: ProjectView, repository: string, at: number): readonly ContextDraft[] {
  const others = view.releases.mismatching.filter(
    (one) => one.repository !== repository && at - one.at <= WAVE,
  );
  if (others.length < 2) return [];
  return [
    {
      kind: 'builders-change',
      reason: `Rebuilds of ${others.length} other repositories ceased to match lately: a change on the side of the builders (${listWords(others.map((one) => one.repository))})`,
      effect: -0.2,
    },
  ];
}

function describe(
  { entry, view }: JudgeContext,
  repository: RepositoryView | undefined,
  base: number,
  matched: number,
  streak: number,
  context: readonly ContextDraft[],
): FindingDraft {
  const { event } = entry;
  if (event.type !== 'rebuild.compared') throw new Error('only comparisons are described here');
  const { data } = event;
  const home = data.repository ?? '';
  const purl = home === '' ? view.releases.published.get(cutDigest(data.digest)) : undefined;
  const what = purl ?? (home || 'the artifact');
  const name = home === '' ? data.digest : `${home}@${data.digest}`;
  const place = placeOf(repository, { repository: home });
  const differences = data.differences ?? [];
  const commit = data.commit === undefined ? '' : ` of commit ${data.commit}`;
  return {
    title: data.matches
      ? `Rebuilds of ${what} match again`
      : `A rebuild of ${what} gives other content`,
    message: data.matches
      ? `A rebuild${commit} gives exactly ${name}, after ${streak} that did not match. What the builder did differently in between is not explained by that.`
      : `A rebuild${commit} does not give ${name}${differences.length === 0 ? '' : `; it differs in ${listWords(differences)}`}. ${matched === 0 ? 'No rebuild has matched here so far.' : `Until then ${matched} matched.`}`,
    subject: {
      ...subjectOf(home, purl, data.digest),
      ...(home === '' ? {} : { repository: home }),
      digest: data.digest,
    },
    observed: {
      matches: data.matches,
      ...(data.rebuildDigest === undefined ? {} : { rebuildDigest: data.rebuildDigest }),
      ...(data.commit === undefined ? {} : { commit: data.commit }),
      differences: differences.slice(0, 16),
      mismatchesBefore: streak,
    },
    expected: { matches: true, matchedBefore: matched },
    role: 'the comparison',
    evidence: [],
    base,
    context,
    remediation: {
      owner: 'build engineers',
      steps: [
        ...(home === ''
          ? []
          : [inspectDigest(place, data.digest, 'Look at when and by what it says it was made.')]),
        searchEntries('See which builder made the digest, and which comparisons were made.', {
          digest: data.digest,
        }),
        ...(data.rebuildDigest === undefined
          ? []
          : [
              {
                text: 'Compare the two file by file.',
                command: `diffoscope published-${data.digest.slice(-12)} rebuilt-${data.rebuildDigest.slice(-12)}`,
              },
            ]),
      ],
    },
  };
}

function subjectOf(
  home: string,
  purl: string | undefined,
  digest: string,
): { readonly kind: 'repository' | 'package' | 'artifact'; readonly key: string } {
  if (home !== '') return { kind: 'repository', key: `repository:${home}` };
  if (purl !== undefined) return { kind: 'package', key: `package:${splitPurl(purl).name}` };
  return { kind: 'artifact', key: `artifact:${digest}` };
}

export const rebuildMismatch: Detector = { metadata, judge, examples: rebuildMismatchExamples };

import type { EventOf } from '../services/core/events/event.ts';
import { cure } from './context/cure.ts';
import { searchEntries } from './context/ledger-commands.ts';
import { policyMovedTags } from './context/policy-moved-tag.ts';
import { inspectDigest, placeOf } from './context/registry-commands.ts';
import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { rollbackExamples } from './examples/rollback-examples.ts';
import { type BackStep, backStepOf } from './rollback/back-step.ts';
import { tagChangesOf } from './view/entry-facts.ts';
import { wasNamedBefore } from './view/explain.ts';
import { DAY, HOUR } from './view/limits.ts';
import type { RepositoryView } from './view/project-view.ts';
import { highestOf } from './view/rhythm/learn-statements.ts';
import { compareVersions, parseVersion, splitPurl } from './view/rhythm/package-name.ts';

const metadata: DetectorMetadata = {
  id: 'D20',
  rule: 'rollback',
  version: 1,
  title: 'A tag or a package goes back to something older',
  description:
    'A tag returns to a digest that it had left, or goes to one much older than what it leaves, or a package gets a version below the highest of its release line. The planned withdrawal of a bad release looks like this and is put on record; it asks for work when a stranger does it, when it goes back more than one step or a month, and wakes somebody when the old content is known to be bad, or when a stranger had taken the tag to content of other names and puts it back within the hour.',
  severity: 'critical',
  listensTo: ['artifact.pushed', 'tag.moved', 'package.published'],
  falsePositives: [
    'A bad release is withdrawn and the floating tags return to the one before.',
    'A tag is pointed to another release by mistake and put back at once.',
    'A fix for an old patch level is published after newer ones.',
  ],
  knownGaps: [
    'Only the last digests of a tag are remembered: content from further back is known by other tags that stay on it, and only when it is a week older.',
    'Versions that are more than numbers (pre-releases, epochs, distribution suffixes) are not compared.',
  ],
  remediation:
    'Confirm the withdrawal with its author; if nobody meant it, point the tag forward again and find out who profits from the old content.',
  references: {
    attack: ['T1195.002', 'T1562'],
    slsa: ['H: Package registry threats'],
    controls: ['SI-2', 'SI-7', 'CM-3'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  if (event.type === 'package.published') return judgePackage(context, event);
  if (event.type !== 'artifact.pushed' && event.type !== 'tag.moved') return [];
  const repository = context.view.repositories.get(event.data.repository);
  if (repository === undefined) return [];
  const steps = tagChangesOf(event).flatMap(({ tag, to }) => {
    const step = backStepOf(context.view, repository, tag, to, context.at);
    return step === undefined ? [] : [step];
  });
  const [first] = steps;
  return first === undefined ? [] : [describeBack(context, repository, first, steps)];
}

function describeBack(
  context: JudgeContext,
  repository: RepositoryView,
  step: BackStep,
  steps: readonly BackStep[],
): FindingDraft {
  const { actor, at, view } = context;
  const { tag, known, to, point } = step;
  const name = `${repository.name}:${tag}`;
  const place = placeOf(repository, { repository: repository.name });
  const tags = steps.map((one) => one.tag);
  const circumstances: ContextDraft[] = [
    ...(view.rhythm.removed.get(to)?.why === 'tainted'
      ? [{ kind: 'tainted', reason: 'What it goes back to is known to be bad', effect: 0.55 }]
      : []),
    ...(actor !== '' && repository.publishers.size > 0 && !repository.publishers.has(actor)
      ? [{ kind: 'publisher-new', reason: `${actor} has never published here`, effect: 0.1 }]
      : []),
    ...(step.skipped > 0 || at - point.since > 30 * DAY
      ? [
          {
            kind: 'far-back',
            reason: `It skips ${step.skipped} digests that came after, and goes back to ${dateOf(point.since).slice(0, 10)}`,
            effect: 0.15,
          },
        ]
      : []),
    ...excursion(context, repository, step),
    ...(view.rhythm.removed.get(known.digest)?.why === 'tainted'
      ? [{ kind: 'cure', reason: 'What it leaves is known to be bad', effect: -0.6 }]
      : []),
    ...cure(view, repository, { known, to, by: actor }),
    ...policyMovedTags(context.policy, tags),
  ];
  return {
    title: `${name} goes back to older content`,
    message: `${actor || 'An unknown actor'} pointed ${tags.length === 1 ? name : `${tags.length} tags of ${repository.name}`} back from ${known.digest} to ${to}, which ${step.until === undefined ? `is here since ${dateOf(point.since)}` : `${name} had until ${dateOf(step.until)}`}.`,
    subject: { kind: 'tag', key: `rollback:${name}`, repository: repository.name, tag, digest: to },
    observed: { from: known.digest, to, skipped: step.skipped, tags: tags.slice(0, 16) },
    expected: { direction: 'forward' },
    role: 'the way back',
    evidence: [
      { ...known.ref, role: 'the move that is taken back' },
      { ...point.ref, role: 'when the tag got the old content' },
    ],
    tags,
    base: 0.3,
    context: circumstances,
    remediation: {
      owner: 'repository owner',
      steps: [
        inspectDigest(place, to, 'Look at what the tag gives people now.'),
        searchEntries('See the history of the tag.', { repository: repository.name, tag }),
        { text: `Ask ${actor || 'the publishers'} why the newer content was withdrawn.` },
      ],
    },
  };
}

/** A release that is taken back leaves what was made for it: who borrows content that has other names came for a visit. */
function excursion(
  { actor, at }: JudgeContext,
  repository: RepositoryView,
  { known, until }: BackStep,
): readonly ContextDraft[] {
  if (until === undefined || actor === '' || actor !== known.by || at - known.last >= HOUR)
    return [];
  if (!wasNamedBefore(repository, known.digest, known.last)) return [];
  const publisher = repository.publishers.get(actor);
  const isStranger = publisher === undefined || publisher.first >= known.last - HOUR;
  return [
    {
      kind: 'there-and-back',
      reason: `${actor}${isStranger ? ', who had never published here,' : ''} had moved it within the hour to content of other names: who pulled it meanwhile got that`,
      effect: isStranger ? 0.5 : 0.2,
    },
  ];
}

function dateOf(time: number): string {
  return new Date(time).toISOString();
}

/** A version below the highest of its own line: an older line that still gets fixes goes up in its own. */
function judgePackage(
  context: JudgeContext,
  event: EventOf<'package.published'>,
): readonly FindingDraft[] {
  const purl = splitPurl(event.data.purl);
  const version = purl && parseVersion(purl.version);
  if (purl === undefined || version === undefined) return [];
  const line = context.view.rhythm.versions
    .get(purl.name)
    ?.find((known) => known.startsWith(`${version.line}=`));
  const highest = highestOf(line);
  if (line === undefined || highest === undefined || compareVersions(version, highest) >= 0)
    return [];
  const latest = line.slice(line.indexOf('=') + 1);
  return [
    {
      title: `${purl.name} gets version ${purl.version} after ${latest}`,
      message: `${context.actor || 'An unknown publisher'} published ${event.data.purl}, though ${latest} of the same line was there before.`,
      subject: { kind: 'package', key: `rollback:${purl.name}` },
      observed: { version: purl.version },
      expected: { above: latest },
      role: 'the publication',
      evidence: [],
      base: 0.35,
      context: [],
      remediation: {
        owner: 'research-software administrators',
        steps: [
          searchEntries('See who publishes the package.', {
            actor: context.actor || 'unknown',
            type: 'package.published',
          }),
          { text: 'Check that no build resolves to the lower version because of it.' },
        ],
      },
    },
  ];
}

export const rollback: Detector = { metadata, judge, examples: rollbackExamples };

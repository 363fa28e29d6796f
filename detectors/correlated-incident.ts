import type { Finding, FindingSubject } from '../services/core/finding.ts';
import { searchEntries } from './context/ledger-commands.ts';
import { tellStory } from './correlated-incident/tell-story.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { correlatedIncidentExamples } from './examples/correlated-incident-examples.ts';
import { type Case, caseWith, type Sign } from './view/cases/cases-view.ts';
import { signsOf } from './view/cases/learn-findings.ts';
import { isIncident, weighCase } from './view/cases/weigh-case.ts';

const metadata: DetectorMetadata = {
  id: 'C01',
  rule: 'correlated-incident',
  version: 1,
  title: 'Several signs that are weak alone tell one story together',
  description:
    'Findings of different classes that share an actor, a digest or a repository within hours are weighed together. Where at least three classes, seen by at least two kinds of producers, add up to what a page asks for though none of them paged, this says so, with the time-line in words. Findings that something explains do not count.',
  severity: 'critical',
  listensTo: [],
  falsePositives: [
    'A release by a new colleague from a new place with a new pipeline, on one evening, that nobody announced.',
  ],
  knownGaps: [
    'Signs in different projects are the lane of principals’ business, not this rule’s.',
    'An attacker who waits twelve hours between two steps starts a new case.',
  ],
  remediation:
    'Read the time-line as one story: contain the actor or credential that the signs share first, then settle each finding.',
  references: {
    attack: ['T1195.002', 'T1078'],
    slsa: ['E: Build process threats', 'H: Package registry threats'],
    controls: ['IR-4', 'AU-6', 'SI-4'],
  },
};

function judgeFindings(
  context: JudgeContext,
  findings: readonly Finding[],
): readonly FindingDraft[] {
  const signs = signsOf(context, findings);
  if (signs.length === 0) return [];
  const drafts: FindingDraft[] = [];
  // The cases as they become with each sign; those of the view stay as they are, and what begins is no incident yet.
  let { open } = context.view.cases;
  for (const sign of signs) {
    const { known, next } = caseWith({ open }, sign);
    const isFound = isIncident(next);
    open = open.map((one) => (one === known ? { ...next, paged: next.paged || isFound } : one));
    if (isFound) drafts.push(describe(sign, next));
  }
  return drafts;
}

function describe({ finding }: Sign, found: Case): FindingDraft {
  const { parts } = found;
  const { subject, actor } = finding;
  const where = subject.repository ?? subject.key;
  const classes = parts.map(({ detector }) => detector);
  return {
    title: `${parts.length} signs of one incident around ${actor ?? where}`,
    message: `None of these would wake anybody alone; together they do. ${tellStory(parts)}.`,
    subject: subjectOf(subject, actor),
    observed: { classes, score: Math.round(weighCase(found) * 1000) / 1000 },
    expected: { classes: [] },
    role: 'the latest sign',
    evidence: parts.map(({ ref, rule }) => ({ ...ref, role: rule })),
    base: weighCase(found),
    context: [],
    remediation: {
      owner: 'security team',
      steps: [
        searchEntries(
          'See everything that happened around it.',
          actor === undefined ? { repository: subject.repository ?? '' } : { actor },
        ),
        { text: 'Suspend the credential that the signs share until the story is clear.' },
      ],
    },
  };
}

function subjectOf(subject: FindingSubject, actor: string | undefined): FindingSubject {
  const { repository } = subject;
  return {
    kind: actor === undefined ? 'repository' : 'principal',
    key: `incident:${actor ?? ''}@${repository ?? subject.key}`,
    ...(repository === undefined ? {} : { repository }),
    ...(actor === undefined ? {} : { principal: actor }),
  };
}

export const correlatedIncident: Detector = {
  metadata,
  judge: () => [],
  judgeFindings,
  examples: correlatedIncidentExamples,
};

import { searchEntries } from '../context/ledger-commands.ts';
import { inspectDigest, type Place, restoreDigest } from '../context/registry-commands.ts';
import type { ContextDraft, EvidenceDraft, FindingDraft, JudgeContext } from '../detector.ts';
import type { Citation } from '../view/project-view.ts';

const MANY_RUNS = 5;

/** What can no longer be pulled, or soon may not, and who cites it. */
export type Loss = {
  /** What is lost, and what is cited: the same, but for a child of a cited index. */
  readonly digest: string;
  readonly cited: string;
  readonly citation: Citation | undefined;
  readonly how: string;
  readonly tag?: string;
  readonly base: number;
  readonly deleted: boolean;
};

/** Words, evidence and commands for a loss. */
export function describeLoss(context: JudgeContext, place: Place, loss: Loss): FindingDraft {
  const { actor } = context;
  const { digest, cited, citation, how, tag } = loss;
  const { repository } = place;
  const name = `${repository}@${digest}`;
  const evidence: EvidenceDraft[] =
    citation === undefined ? [] : [{ ...citation.ref, role: 'a run that cites it' }];
  return {
    title: `${repository}: a ${citation === undefined ? 'needed' : 'cited'} digest ${loss.deleted ? 'is gone' : 'may go'}`,
    message: `${name} ${how}${actor === '' ? '' : ` (by ${actor})`}. ${
      citation === undefined
        ? 'No run is known to cite the index, but its tag still promises all its platforms.'
        : `${citation.runs} ${citation.runs === 1 ? 'run' : 'runs'} resolved ${cited}${citation.publication === '' ? '' : `, cited by ${citation.publication}`}; the last on ${new Date(citation.last).toISOString().slice(0, 10)}.`
    }`,
    subject: {
      kind: 'artifact',
      key: `artifact:${name}`,
      repository,
      digest,
      ...(tag === undefined ? {} : { tag }),
    },
    observed: { digest, lost: how },
    expected: {
      pullable: cited,
      runs: citation?.runs ?? 0,
      ...(citation === undefined || citation.publication === ''
        ? {}
        : { publication: citation.publication }),
    },
    role: loss.deleted ? 'the deletion' : 'the change of the tag',
    evidence,
    base: loss.base,
    context: citationContext(citation),
    remediation: {
      owner: 'registry administrators',
      steps: [
        inspectDigest(place, cited, 'Check whether the cited digest can still be pulled.'),
        ...(loss.deleted ? [restoreDigest(place, digest)] : []),
        searchEntries('List the runs that cite it, and tell their owners.', {
          digest: cited,
          type: 'workflow-run.finished',
        }),
        { text: 'Exempt cited digests from the retention rule or job that removed this one.' },
      ],
    },
  };
}

function citationContext(citation: Citation | undefined): readonly ContextDraft[] {
  if (citation === undefined) return [];
  return [
    ...(citation.publication === ''
      ? []
      : [
          {
            kind: 'publication',
            reason: `A run with it is cited by ${citation.publication}`,
            effect: 0.2,
          },
        ]),
    ...(citation.runs >= MANY_RUNS
      ? [{ kind: 'many-runs', reason: `${citation.runs} runs resolved it`, effect: 0.1 }]
      : []),
  ];
}

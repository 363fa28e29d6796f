import type { Aspect, Expectation } from '../../services/core/baseline/baseline.ts';
import { searchEntries } from '../context/ledger-commands.ts';
import type { ContextDraft, FindingDraft, JudgeContext } from '../detector.ts';
import { listWords } from '../text/list-words.ts';
import { shellQuote } from '../text/shell-quote.ts';
import type { ApprovedBaseline } from '../view/baselines/baselines-view.ts';

/** An aspect in which an event contradicts a baseline, and what was strange. */
export type Violation = {
  readonly aspect: Aspect;
  readonly strange: readonly string[];
  readonly expectation: Expectation;
};

const MAX_SHOWN = 16;
/** A new version of the baseline has to know all that was strange, so it is only cut where nothing could explain it. */
const MAX_OBSERVED = 64;

/** Words and commands for an event that contradicts an approved baseline. */
export function describeViolation(
  baseline: ApprovedBaseline,
  told: {
    readonly repository: string;
    readonly digest?: string;
    readonly tags: readonly string[];
    /** It is about the content of the tags, so each of them is a matter of its own. */
    readonly isPinned: boolean;
    readonly violations: readonly Violation[];
    readonly base: number;
    readonly context: readonly ContextDraft[];
  },
): FindingDraft {
  const { repository, digest, tags, isPinned, violations } = told;
  const { id, version, proposedBy, approvedBy } = baseline;
  const tag = isPinned && tags.length === 1 ? tags[0] : undefined;
  const place = tag === undefined ? repository : `${repository}:${tag}`;
  const said = violations.map(
    ({ aspect, strange, expectation }) =>
      `${aspect} ${listWords(strange)}, where ${wordsOf(expectation)} is expected`,
  );
  return {
    title: `${place} contradicts its declared baseline`,
    message: `Baseline ${id} version ${version} (proposed by ${proposedBy}, approved by ${approvedBy}) does not know this: ${said.join('; ')}.`,
    subject: {
      kind: tag === undefined ? 'repository' : 'tag',
      key: `baseline:${id}:${place}`,
      repository,
      ...(tag === undefined ? {} : { tag }),
      ...(digest === undefined ? {} : { digest }),
    },
    observed: {
      ...Object.fromEntries(
        violations.map(({ aspect, strange }) => [aspect, strange.slice(0, MAX_OBSERVED)]),
      ),
      // A baseline of these tags alone has to be able to explain it.
      ...(tags.length === 0 ? {} : { tags: tags.slice(0, MAX_SHOWN) }),
    },
    expected: {
      baseline: id,
      version,
      ...Object.fromEntries(
        violations.map(({ aspect, expectation }) => [
          aspect,
          Array.isArray(expectation) ? expectation.slice(0, MAX_SHOWN) : expectation,
        ]),
      ),
    },
    role: 'what contradicts the baseline',
    tags,
    evidence: [{ ...baseline.ref, role: 'the approval of the baseline' }],
    base: told.base,
    context: told.context,
    remediation: {
      owner: 'repository owner',
      steps: [
        {
          text: 'Read what was declared, by whom, and in which entries.',
          command: `provost baseline explain ${shellQuote(repository)}`,
        },
        searchEntries('See what happened in the repository.', { repository }),
        {
          text: 'If the change was meant, propose a new version of the baseline and have somebody else approve it; if not, undo the change.',
        },
      ],
    },
  };
}

/** Words and commands for a repository that publishes without the declared baseline that its project requires. */
export function describeUndeclared(
  context: JudgeContext,
  repository: string,
  week: number,
): FindingDraft {
  return {
    title: `${repository} publishes without a declared baseline`,
    message: `The governance file requires declared baselines in ${context.view.project}, and nobody has declared one for ${repository}.`,
    subject: { kind: 'repository', key: undeclaredKey(repository), repository },
    observed: {},
    expected: { baselines: 'declared' },
    role: 'the first change of the week',
    identity: [String(week)],
    evidence: [],
    base: 0.45,
    context: [],
    remediation: {
      owner: 'repository owner',
      steps: [
        {
          text: 'Propose what was learned as the baseline; somebody else approves it.',
          command: `provost baseline propose ${shellQuote(repository)} --learned`,
        },
      ],
    },
  };
}

/** Names the matter that nobody has declared anything of a repository. */
export function undeclaredKey(repository: string): string {
  return `undeclared:${repository}`;
}

function wordsOf(expectation: Expectation): string {
  if (Array.isArray(expectation)) return listWords(expectation);
  const { min, max } = expectation;
  if (min === undefined) return `at most ${max}`;
  return max === undefined ? `at least ${min}` : `${min} to ${max}`;
}

import type { RemediationStep } from '../../services/core/finding.ts';
import { searchEntries } from '../context/ledger-commands.ts';
import type { ContextDraft, FindingDraft, JudgeContext } from '../detector.ts';

/** Two names, or two origins of one name, that may be taken for each other. */
export type Confusion = {
  /** What appeared: a name, a host, or a name with its new origin. */
  readonly name: string;
  readonly known: string;
  readonly title: string;
  readonly why: string;
  readonly kind: 'package' | 'repository';
  /** The image repository that is concerned, when it is one. */
  readonly repository?: string;
  readonly base: number;
  readonly context: readonly ContextDraft[];
};

/** Words and commands for a name that could be taken for another. */
export function describeConfusion(context: JudgeContext, found: Confusion): FindingDraft {
  const { at } = context;
  const { name, known, kind, repository } = found;
  const from = new Date(at).toISOString();
  const steps: RemediationStep[] = [
    {
      text: `Compare who owns ${name} and ${known}; if ${name} is not meant, block it in the registry proxy and pin ${known} by digest.`,
    },
    repository === undefined
      ? searchEntries('List the builds since, and look for the name.', {
          type: 'build.finished',
          from,
        })
      : searchEntries('See who pushed or pulled it.', { repository }),
  ];
  return {
    title: found.title,
    message: found.why,
    subject: {
      kind,
      key: `name:${name}~${known}`.slice(0, 1024),
      ...(repository === undefined ? {} : { repository }),
    },
    observed: { name },
    expected: { name: known },
    role: 'the first use of the name',
    evidence: [],
    base: found.base,
    context: found.context,
    remediation: { owner: 'whoever uses the name', steps },
  };
}

import { searchEntries } from '../context/ledger-commands.ts';
import type { ContextDraft, FindingDraft, JudgeContext } from '../detector.ts';
import type { RepositoryView } from '../view/project-view.ts';

/** Words and commands for a publisher, or a credential, that is new in a repository. */
export function describePublisher(
  context: JudgeContext,
  repository: RepositoryView,
  told: {
    readonly title: string;
    readonly message: string;
    readonly key: string;
    readonly base: number;
    readonly context: readonly ContextDraft[];
    readonly expected: Readonly<Record<string, unknown>>;
    readonly observed: Readonly<Record<string, unknown>>;
    readonly tags?: readonly string[];
  },
): FindingDraft {
  const { actor } = context;
  return {
    title: told.title,
    message: told.message,
    subject: { kind: 'principal', key: told.key, repository: repository.name, principal: actor },
    observed: { actor, ...told.observed },
    expected: told.expected,
    role: 'the first push',
    ...(told.tags === undefined ? {} : { tags: told.tags }),
    evidence: [],
    base: told.base,
    context: told.context,
    remediation: {
      owner: 'repository owner',
      steps: [
        searchEntries('See everything that the account has done here.', {
          actor: actor,
          repository: repository.name,
        }),
        { text: `Ask the owner of ${repository.name} whether ${actor} is meant to publish here.` },
        { text: 'If not: withdraw the right, revoke the credential, and check what it pushed.' },
      ],
    },
  };
}

import { searchEntries } from '../context/ledger-commands.ts';
import type { ContextDraft, EvidenceDraft, FindingDraft } from '../detector.ts';

/** Words and commands for something published, or run, that its run does not warrant. */
export function describeMismatch(told: {
  readonly title: string;
  readonly message: string;
  readonly subject: FindingDraft['subject'];
  readonly observed: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly role: string;
  readonly evidence: readonly EvidenceDraft[];
  readonly tags?: readonly string[];
  readonly identity?: readonly string[];
  readonly base: number;
  readonly context: readonly ContextDraft[];
  readonly actor: string;
  readonly todo: string;
}): FindingDraft {
  const { subject, actor, todo, tags, identity, ...rest } = told;
  const { repository, digest } = subject;
  return {
    ...rest,
    subject: { ...subject, key: subject.key.slice(0, 1024) },
    ...(tags === undefined || tags.length === 0 ? {} : { tags }),
    ...(identity === undefined ? {} : { identity }),
    remediation: {
      owner: 'owner of the build pipeline',
      steps: [
        searchEntries('See what is on record of it.', {
          ...(digest === undefined ? {} : { digest }),
          ...(digest === undefined && repository !== undefined ? { repository } : {}),
          ...(digest === undefined && repository === undefined && actor !== '' ? { actor } : {}),
          ...(digest === undefined && repository === undefined && actor === ''
            ? { type: 'build.finished' }
            : {}),
        }),
        { text: todo },
        {
          text: 'Revoke the credentials that the run or the publisher could use until it is explained.',
        },
      ],
    },
  };
}

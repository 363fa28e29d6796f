import { searchEntries } from '../context/ledger-commands.ts';
import { inspectDigest, placeOf } from '../context/registry-commands.ts';
import type { ContextDraft, EvidenceDraft, FindingDraft, JudgeContext } from '../detector.ts';
import { shellQuote } from '../text/shell-quote.ts';
import type { RepositoryView } from '../view/project-view.ts';
import type { BaseName } from './observed-base.ts';

export type BaseNews = {
  readonly repository: RepositoryView;
  readonly digest: string;
  readonly base: BaseName;
  readonly kind: 'tainted' | 'other-base' | 'unknown-digest' | 'back' | 'pinned';
  readonly why: string;
  readonly score: number;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly evidence: readonly EvidenceDraft[];
  readonly context: readonly ContextDraft[];
};

/** Words, evidence and commands for an image on a base that was not expected. */
export function describeBase({ entry }: JudgeContext, news: BaseNews): FindingDraft {
  const { repository, digest, base } = news;
  const name = `${repository.name}@${digest}`;
  const on = [base.name, base.digest].filter((part) => part !== undefined).join('@');
  return {
    title:
      news.kind === 'tainted'
        ? `${repository.name} is built on a base that is known bad`
        : `${repository.name} is built on another base`,
    message: `${name} is built on ${on}. ${news.why}.`,
    subject: {
      kind: 'repository',
      key: `repository:${repository.name}`,
      repository: repository.name,
      digest,
    },
    observed: {
      kind: news.kind,
      ...(base.name === undefined ? {} : { baseImage: base.name }),
      ...(base.digest === undefined ? {} : { baseDigest: base.digest }),
    },
    expected: news.expected,
    role: entry.event.type === 'build.finished' ? 'the build' : 'what names the base',
    evidence: news.evidence,
    // One base of one repository is one finding, however many images and events name it.
    identity: [news.kind, on],
    ...(entry.event.type === 'artifact.pushed' ? { tags: entry.event.data.tags } : {}),
    base: news.score,
    context: news.context,
    remediation: {
      owner: 'release engineers',
      steps: [
        inspectDigest(
          placeOf(repository, { repository: repository.name }),
          digest,
          'See the labels and the history of the image.',
        ),
        ...(base.name === undefined
          ? []
          : [
              {
                text: 'See what the base is and who publishes it.',
                command: `skopeo inspect ${shellQuote(`docker://${base.name}`)}`,
              },
            ]),
        searchEntries('See what else was built for the repository.', {
          repository: repository.name,
        }),
      ],
    },
  };
}

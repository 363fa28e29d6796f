import { searchEntries } from '../context/ledger-commands.ts';
import type { ContextDraft, EvidenceDraft, FindingDraft } from '../detector.ts';
import type { Seen } from '../view/pipelines/tally.ts';

/** Words and commands for a source or a builder that is new where outputs always came from others. */
export function describeBuilder(told: {
  readonly what: 'source' | 'builder' | 'source and builder';
  readonly repository: string;
  readonly source: string;
  readonly builder: string;
  readonly actor: string;
  readonly usualSources: readonly Pick<Seen, 'key' | 'count'>[];
  readonly usualBuilders: readonly Pick<Seen, 'key' | 'count'>[];
  readonly builds: number;
  readonly tags: readonly string[];
  readonly digest: string;
  readonly evidence: readonly EvidenceDraft[];
  readonly base: number;
  readonly context: readonly ContextDraft[];
}): FindingDraft {
  const { what, repository, source, builder, actor } = told;
  const is =
    what === 'builder'
      ? `the builder ${builder}`
      : what === 'source'
        ? `the source ${source}`
        : `the source ${source} and the builder ${builder}`;
  const usual = what === 'builder' ? told.usualBuilders : told.usualSources;
  return {
    title: `${repository} was built ${what === 'builder' ? 'by' : 'from'} a ${what} never seen here`,
    message: `A build for ${repository}${actor === '' ? '' : `, set off by ${actor},`} names ${is}. The ${told.builds} builds before came ${what === 'builder' ? 'by' : 'from'} ${usual.map(({ key, count }) => `${key} (${count})`).join(', ')}.`,
    subject: {
      kind: 'build',
      key: `build:${repository}`,
      repository,
      ...(told.digest === '' ? {} : { digest: told.digest }),
    },
    observed: { source, builder },
    expected: {
      sources: told.usualSources.map(({ key, count }) => ({ source: key, builds: count })),
      builders: told.usualBuilders.map(({ key, count }) => ({ builder: key, builds: count })),
    },
    role: 'the build',
    evidence: told.evidence,
    ...(told.tags.length === 0 ? {} : { tags: told.tags }),
    base: told.base,
    context: told.context,
    remediation: {
      owner: 'owner of the build pipeline',
      steps: [
        searchEntries('See what else was built for the repository, and from where.', {
          repository,
          type: 'build.finished',
        }),
        {
          text: `Ask the owners of ${repository} whether its builds move to ${is}; announce the change if so.`,
        },
        {
          text: 'If not: keep its outputs from being tagged or pulled, revoke the credential that published them, and rebuild from the usual source.',
        },
      ],
    },
  };
}

import type { Disposition } from '../../services/core/finding.ts';
import { searchEntries } from '../context/ledger-commands.ts';
import type { ContextDraft, EvidenceDraft, FindingDraft } from '../detector.ts';
import { shellQuote } from '../text/shell-quote.ts';
import type { Run, RunPlace } from '../view/pipelines/run-facts.ts';

/** Words and commands for a build script that changed, or that nobody has seen. */
export function describeScript(told: {
  readonly run: Run;
  readonly place: RunPlace;
  readonly actor: string;
  readonly repository: string;
  readonly isNewFile: boolean;
  readonly why: string;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly evidence: readonly EvidenceDraft[];
  readonly base: number;
  readonly context: readonly ContextDraft[];
  readonly atMost?: Disposition;
}): FindingDraft {
  const { run, place, actor, repository, isNewFile } = told;
  const { source, path } = place;
  return {
    title: isNewFile
      ? `A new build file in ${source}: ${path}`
      : `${path || 'The build script'} of ${source} changed`,
    message: `The run ${run.runId}${actor === '' ? '' : `, set off by ${actor},`} ${isNewFile ? `follows ${path}, which no run of ${source} ever followed` : `follows another version of ${path || 'its build script'}`}. ${told.why}`,
    subject: {
      kind: 'build',
      key: `script:${source}#${path}`.slice(0, 1024),
      ...(repository === '' ? {} : { repository }),
    },
    observed: {
      workflow: path,
      digest: run.workflow?.digest ?? null,
      commit: run.commit ?? null,
      ref: run.ref ?? null,
      trigger: run.trigger ?? null,
    },
    expected: told.expected,
    role: 'the run',
    evidence: told.evidence,
    identity: [source, path, run.workflow?.digest ?? '', run.runId],
    base: told.base,
    context: told.context,
    ...(told.atMost === undefined ? {} : { atMost: told.atMost }),
    remediation: {
      owner: 'owner of the source repository',
      steps: [
        ...(run.commit === undefined
          ? []
          : [
              {
                text: 'Read what changed in the build file, in a clone of the source.',
                command: `git log -p -3 --end-of-options ${shellQuote(run.commit)} -- ${shellQuote(path === '' ? '.' : path)}`,
              },
            ]),
        searchEntries('See the runs before and after.', {
          type: 'build.finished',
          ...(repository === '' ? {} : { repository }),
        }),
        {
          text: 'Stop the workflow until somebody who owns it has confirmed the change; revoke what the run could read if nobody does.',
        },
      ],
    },
  };
}

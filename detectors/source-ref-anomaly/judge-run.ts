import type { EventData } from '../../services/core/events/catalogue.ts';
import { inspectCommit, listBranchesWith } from '../context/git-commands.ts';
import { searchEntries } from '../context/ledger-commands.ts';
import type { FindingDraft, JudgeContext } from '../detector.ts';
import { outputRepositories, placeOfRun } from '../view/pipelines/run-facts.ts';
import { recallsRun } from '../view/sources/last-runs.ts';
import { hasOtherTag, isHabit, refKind, wasSeen } from '../view/sources/ref-facts.ts';
import { sourceName } from '../view/sources/source-name.ts';
import { MAX_WORKFLOW_REFS, type RefsView, refsOf } from '../view/sources/sources-view.ts';
import { readWorkflow, type WorkflowView } from '../view/sources/workflows.ts';
import { type Sign, weighSigns } from './sign.ts';

type Run = EventData<'build.started'> | EventData<'build.finished'>;

const ESTABLISHED_RUNS = 8;

/** A run of a workflow: does it build what that workflow builds? Judged once, at the first event of the run. */
export function judgeRun(context: JudgeContext, run: Run): readonly FindingDraft[] {
  if (run.sourceRepository === undefined) return [];
  const repository = sourceName(run.sourceRepository);
  const source = context.view.sources.repositories.get(repository);
  if (source === undefined || recallsRun(source.runs, run.runId)) return [];
  const workflow = readWorkflow(source.workflows, run.workflow?.path ?? '');
  if (workflow === undefined) return [];
  const signs = runSigns(context, refsOf(source), workflow, run);
  const weighed = weighSigns(signs);
  if (weighed === undefined) return [];
  const { base, main, context: others } = weighed;
  const path = run.workflow?.path ?? 'the build';
  // What the pipeline fills ties the run to what is found about its images.
  const output = outputRepositories(run)[0] ?? placeOfRun(context.view, run).runs?.output ?? '';
  return [
    {
      title: `${path} of ${repository} runs on what it never built`,
      message: `${context.actor || 'An unknown actor'} set off run ${run.runId} of ${path} on ${run.ref ?? 'an unnamed ref'} at ${run.commit ?? 'an unnamed commit'}. ${[main, ...others].map(({ reason }) => `${reason}.`).join(' ')}`,
      subject: {
        kind: 'build',
        key: `build:${repository}:${path}:${run.runId}`.slice(0, 1024),
        ...(output === '' ? {} : { repository: output }),
      },
      observed: {
        run: run.runId,
        ...(run.commit === undefined ? {} : { commit: run.commit }),
        ...(run.ref === undefined ? {} : { ref: run.ref }),
        signs: signs.map(({ kind }) => kind),
      },
      expected: { refs: workflow.refs, actors: workflow.actors },
      role: 'the run',
      evidence: [],
      identity: [run.runId],
      base,
      context: others,
      remediation: {
        owner: 'maintainers of the build',
        steps: [
          ...(run.commit === undefined
            ? []
            : [
                inspectCommit(run.sourceRepository, run.commit, 'Look at what the run built.'),
                listBranchesWith(run.sourceRepository, run.commit),
              ]),
          searchEntries('List what was pushed since, and hold back what this run made.', {
            type: 'artifact.pushed',
            from: new Date(context.at).toISOString(),
          }),
        ],
      },
    },
  ];
}

function runSigns(
  { actor }: JudgeContext,
  refs: RefsView,
  workflow: WorkflowView,
  { commit, ref }: Run,
): readonly Sign[] {
  const signs: Sign[] = [];
  const { seen, refs: kinds, actors, runs } = workflow;
  if (commit !== undefined && seen.count >= 6 && isHabit(seen)) {
    if (!wasSeen(refs, commit) && !hasOtherTag(refs, '', commit)) {
      signs.push({
        kind: 'commit-unseen',
        reason: `The commit was never seen on a ref of the repository; those of the last ${seen.count} runs were`,
        weight: seen.count >= 16 ? 0.6 : 0.5,
      });
    }
  }
  if (runs >= ESTABLISHED_RUNS && ref !== undefined && kinds.length < MAX_WORKFLOW_REFS) {
    const kind = refKind(ref);
    if (kinds.length > 0 && !kinds.includes(kind)) {
      signs.push({
        kind: 'ref-new',
        reason: `The ${runs} runs before built ${kinds.join(', ')}, never ${kind}`,
        weight: 0.3,
      });
    }
  }
  // Alone it is too light to be told.
  if (runs >= ESTABLISHED_RUNS && actor !== '' && actors.length > 0 && !actors.includes(actor)) {
    signs.push({
      kind: 'actor-new',
      reason: `${actor} has never set off this workflow`,
      weight: 0.2,
    });
  }
  return signs;
}

import type { EventData } from '../../../services/core/events/catalogue.ts';
import type { ProjectView } from '../project-view.ts';

export type Run = EventData<'workflow-run.finished'>;

/** A step of a run with the image that it had, as far as anybody says. */
export type RunStep = {
  readonly key: string;
  readonly name: string;
  readonly repository: string;
  readonly tag: string;
  readonly reference: string;
  readonly digest: string;
};

/** Runs of one workflow are compared; a run that names none is its own. */
export function stepsOf(view: ProjectView, run: Run): readonly RunStep[] {
  const { workflow } = run;
  if (workflow === undefined || run.outcome !== 'success') return [];
  return (run.steps ?? []).flatMap(({ name, repository = '', tag = '', digest }) => {
    // A run that only says the tag got what the tag had.
    const known = tag === '' ? undefined : view.repositories.get(repository)?.tags.get(tag);
    const resolved = digest ?? (known?.gone === false ? known.digest : undefined);
    if (resolved === undefined) return [];
    const reference = tag === '' ? repository : `${repository}:${tag}`;
    return [{ key: `${workflow}\n${name}`, name, repository, tag, reference, digest: resolved }];
  });
}

/** Where a run happened: the site that it names, else who ran it. */
export function siteOf(run: Run): string {
  return run.site ?? run.actor?.name ?? '';
}

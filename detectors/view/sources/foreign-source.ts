import type { ProjectView, RepositoryView } from '../project-view.ts';
import { sourceName } from './source-name.ts';

const SOURCE_LABEL = 'org.opencontainers.image.source';

type Labels = Readonly<Record<string, string>> | undefined;

/** The source repository that an image's labels name; a claim of who pushed it. */
export function labelledSource(labels: Labels): string | undefined {
  const said = labels?.[SOURCE_LABEL];
  return said === undefined || said === '' ? undefined : said;
}

/** Whether pushes to the image repository have been explained by builds of that source. */
export function isKnownSource(
  view: ProjectView,
  repository: string,
  said: string,
  builder: string,
): boolean {
  const known = view.repositories.get(repository);
  if (known === undefined) return false;
  if (known.origins.has(`${builder}\n${said}`)) return true;
  const source = sourceName(said);
  return originsOf(known).some((origin) => origin.source === source);
}

export type Origin = { readonly source: string; readonly count: number; readonly first: number };

/** Sources whose builds explained pushes to the image repository, each once, with how often. */
export function originsOf({ origins }: RepositoryView): readonly Origin[] {
  const found = new Map<string, { source: string; count: number; first: number }>();
  for (const [key, { first, count }] of origins) {
    const said = key.slice(key.indexOf('\n') + 1);
    if (said === '') continue;
    const source = sourceName(said);
    const before = found.get(source);
    if (before === undefined) found.set(source, { source, count, first });
    else {
      before.count += count;
      before.first = Math.min(before.first, first);
    }
  }
  return [...found.values()];
}

export function toldKey(repository: string, source: string): string {
  return [repository, source].join('\n');
}

import { markedRef } from '../../entry-mark.ts';
import type { EntryRef, RepositoryView } from '../../project-view.ts';
import type { AspectReader, Observed } from './learned-aspect.ts';

const MAX_EVIDENCE = 8;

/** The builders and source repositories that explained what was pushed. */
export const readOrigins: AspectReader = (_view, repository) => {
  const origins = [...repository.origins].map(([key, span]) => {
    const [builder = '', source = ''] = key.split('\n');
    return { builder, source, ...span };
  });
  if (origins.length === 0) return [];
  const evidence = buildsOf(repository);
  return (
    [
      ['builder', (origin) => origin.builder],
      ['source-repository', (origin) => origin.source],
    ] as const satisfies readonly [
      Observed['aspect'],
      (origin: (typeof origins)[number]) => string,
    ][]
  ).flatMap(([aspect, nameOf]): readonly Observed[] => {
    const usual = origins.filter((origin) => nameOf(origin) !== '' && origin.count > 1);
    if (usual.length === 0) return [];
    return [
      {
        aspect,
        expectation: [...new Set(usual.map(nameOf))],
        observations: origins.reduce((total, { count }) => total + count, 0),
        consistent: usual.reduce((total, { count }) => total + count, 0),
        since: Math.min(...origins.map(({ first }) => first)),
        until: Math.max(...origins.map(({ last }) => last)),
        evidence,
      },
    ];
  });
};

/** The builds of the newest digests. */
function buildsOf(repository: RepositoryView): readonly EntryRef[] {
  return [...repository.tagged.values()]
    .flatMap(({ build }) => (build === undefined ? [] : [markedRef(build)]))
    .slice(-MAX_EVIDENCE);
}

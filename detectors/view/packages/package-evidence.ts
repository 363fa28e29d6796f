import type { EventData } from '../../../services/core/events/catalogue.ts';
import { type BitWindow, missesOf } from '../../windows/bit-window.ts';
import { DAY } from '../limits.ts';
import type { ProjectView } from '../project-view.ts';
import { commitKey } from '../sources/commits.ts';
import { readRuns } from '../sources/last-runs.ts';
import { sourceName } from '../sources/source-name.ts';
import type { RefsView, SourceView } from '../sources/sources-view.ts';
import type { PackageView } from './packages-view.ts';

type Published = EventData<'package.published'>;

/** What stands behind a publication; undefined where nothing can tell. */
export type PackageEvidence = {
  readonly tagged: boolean | undefined;
  readonly built: boolean | undefined;
  readonly committed: boolean;
  readonly attested: boolean | undefined;
};

export const EVIDENCE_KINDS = ['tagged', 'built', 'attested', 'committed'] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** How long a publication may come after the run that made it. */
const RUN_AGE = 2 * DAY;

/** Looks for the git tag of the version, the run that made it, the commit and the attestation. */
export function evidenceOf(
  view: ProjectView,
  known: PackageView | undefined,
  data: Published,
  { key, version }: { readonly key: string; readonly version: string },
  at: number,
): PackageEvidence {
  const named = data.sourceRepository === undefined ? '' : sourceName(data.sourceRepository);
  // A publication cannot choose a source with friendlier habits: the package's own comes first.
  const source = view.sources.repositories.get(known?.source || named);
  return {
    tagged: isTagged(source?.refs, key, version),
    built: isBuilt(view, source, known, data, version, at),
    committed: data.commit !== undefined,
    attested: data.attested,
  };
}

/** Whether nearly every publication had it; with how many observations. */
export function isUsual(window: BitWindow): boolean {
  return window.count >= 3 && missesOf(window) <= window.count / 10;
}

function isTagged(refs: RefsView | undefined, key: string, version: string): boolean | undefined {
  if (refs === undefined || refs.tags.size === 0 || version === '') return undefined;
  const name = key.slice(key.lastIndexOf('/') + 1);
  const scoped = key.slice(key.indexOf('/') + 1);
  const words = [
    version,
    `v${version}`,
    `${name}-${version}`,
    `${name}-v${version}`,
    `${name}@${version}`,
    `${name}/${version}`,
    `${name}/v${version}`,
    `${scoped}@${version}`,
    `release-${version}`,
    `release/${version}`,
    `${name}_${version}`,
  ];
  return words.some((word) => refs.tags.get(word)?.gone === false);
}

function isBuilt(
  view: ProjectView,
  source: SourceView | undefined,
  known: PackageView | undefined,
  { digest, commit }: Published,
  version: string,
  at: number,
): boolean | undefined {
  if (digest !== undefined && view.builds.has(digest)) return true;
  // Where digests show the run, a named commit is only a claim of who publishes.
  if (digest !== undefined && known !== undefined && isUsual(known.outputs)) return false;
  const runs = readRuns(source?.runs ?? '');
  const key = commit === undefined ? undefined : commitKey(commit);
  const found = runs.some(
    (run) =>
      at - run.at < RUN_AGE &&
      ((key !== undefined && run.commit === key) || (version !== '' && run.ref.endsWith(version))),
  );
  if (found) return true;
  return digest === undefined && runs.length === 0 ? undefined : false;
}

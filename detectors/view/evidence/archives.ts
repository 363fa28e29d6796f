import type { EventOf } from '../../../services/core/events/event.ts';
import { splitPurl } from '../../../services/core/image/diff-packages.ts';
import type { EntryRef, ProjectView } from '../project-view.ts';

/** The archive of the tag that a release should have been made from. */
export type TagArchive = {
  readonly same: boolean;
  readonly name: string;
  readonly digest: string;
  readonly ref: EntryRef;
};

/** Compares the source archive of a release with that of its tag; undefined when either is not known. */
export function compareArchive(
  view: ProjectView,
  { data }: EventOf<'package.published'>,
): TagArchive | undefined {
  const { purl, sourceArchiveDigest, sourceRepository, ref } = data;
  if (sourceArchiveDigest === undefined || sourceRepository === undefined) return undefined;
  for (const name of ref === undefined ? tagNamesOf(purl) : [ref]) {
    const archive = view.releases.archives.get(archiveKey(sourceRepository, name));
    if (archive === undefined) continue;
    return { same: archive.digest === sourceArchiveDigest, name, ...archive };
  }
  return undefined;
}

/** One name for the many spellings of a tag of a source. */
export function archiveKey(source: string, ref: string): string {
  const name = source
    .replace(/^(?:git\+)?[a-z]+:\/\/(?:[^@/]*@)?/i, '')
    .replace(/\.git$/, '')
    .toLowerCase();
  return `${name}\n${ref.replace(/^refs\/tags\//, '')}`;
}

/** Names under which a version is usually tagged. */
function tagNamesOf(purl: string): readonly string[] {
  const { version } = splitPurl(purl);
  return version === '' ? [] : [`v${version}`, version, `release-${version}`];
}

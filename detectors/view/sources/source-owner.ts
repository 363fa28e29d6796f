import { leafOf } from './source-name.ts';

/** `host/owner` of `host/owner/name`. */
export function ownerOf(source: string): string {
  const last = source.lastIndexOf('/');
  return last === -1 ? source : source.slice(0, last);
}

/** Shorter names are parts of others by chance. */
const TELLING = 4;

/**
 * Whether the owner of a source and an image repository bear one name, however it is written: `docker.io/open-tool` and
 * `OpenTool/docker`, `tool` and `ToolFoundation/tool`, `maker-tool` and `maker/tool`. A name is a claim: it proves nothing.
 */
export function isNamedAlike(source: string, repository: string): boolean {
  const owner = plain(leafOf(ownerOf(source)));
  const image = plain(leafOf(repository));
  if (image.length < TELLING) return false;
  return owner.includes(image) || (owner.length >= TELLING && image.startsWith(owner));
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

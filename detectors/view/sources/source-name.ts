import { rememberLast } from '../remember-last.ts';
import { ownText } from '../shared-text.ts';

const SCHEMES = ['https://', 'git+https://', 'ssh://', 'git+ssh://', 'http://', 'git://', 'git+'];

/**
 * One name for the many spellings of a git repository: without scheme, user, `.git`, ref and trailing slash, in small
 * letters. `git@host:group/tool.git`, `https://host/group/tool` and `git+https://host/group/tool@refs/heads/main` agree.
 */
export const sourceName = rememberLast(nameSource);

function nameSource(said: string): string {
  let name = said.toLowerCase();
  for (const scheme of SCHEMES) {
    if (!name.startsWith(scheme)) continue;
    name = name.slice(scheme.length);
    break;
  }
  const hash = name.indexOf('#');
  if (hash !== -1) name = name.slice(0, hash);
  const slash = name.indexOf('/');
  const user = name.indexOf('@');
  if (user !== -1 && (slash === -1 || user < slash)) name = withoutUser(name, user);
  const ref = name.indexOf('@');
  if (ref !== -1) name = name.slice(0, ref);
  let end = name.length;
  while (end > 0 && name.charCodeAt(end - 1) === 47) end -= 1;
  if (end >= 4 && name.startsWith('.git', end - 4)) end -= 4;
  return ownText(name.slice(0, end));
}

/** The last part of a repository's name: `tool` of `host/group/tool`. */
export function leafOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** In the scp-like spelling a colon ends the host. */
function withoutUser(name: string, user: number): string {
  const rest = name.slice(user + 1);
  const colon = rest.indexOf(':');
  const slash = rest.indexOf('/');
  return colon !== -1 && (slash === -1 || colon < slash) ? rest.replace(':', '/') : rest;
}

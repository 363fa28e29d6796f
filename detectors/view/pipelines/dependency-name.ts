/** A dependency by what it is and where it comes from, whatever spelling the builder uses. */
export type DependencyName = {
  /** The same for every version of it and every place that serves it. */
  readonly key: string;
  /** Host of the index or site, with the owner where the host keeps code of many; empty when nothing says it. */
  readonly origin: string;
  /** Version or ref in the name itself; empty when there is none. */
  readonly version: string;
};

const CODE_HOSTS = ['github.com', 'gitlab.com', 'bitbucket.org', 'codeberg.org', 'git.sr.ht'];
const ARCHIVE = /\.(?:tar\.gz|tar\.bz2|tar\.xz|tgz|zip|whl|jar|gem|crate|deb|rpm|apk|conda|git)$/;
const VERSION_TAIL = /[-_@]v?\d[^/]*$/;

/** Reads a purl, a URL, an action or image reference, or a bare name. */
export function dependencyName(said: string): DependencyName {
  if (said.startsWith('pkg:')) return fromPurl(said);
  const scheme = said.indexOf('://');
  if (scheme !== -1) return fromPath(said.slice(scheme + 3));
  const slash = said.indexOf('/');
  // `host.example/name` is a place; `owner/name` and `@scope/name` are names.
  if (slash > 0 && said.lastIndexOf('.', slash) > 0) return fromPath(said);
  const { name, version } = splitVersion(said);
  return { key: name, origin: '', version };
}

/** purl-spec: `pkg:type/namespace/name@version?qualifiers#subpath`; `repository_url` names another index. */
function fromPurl(purl: string): DependencyName {
  const fragment = cut(purl, '#')[0];
  const [path, query] = cut(fragment, '?');
  const { name, version } = splitVersion(path);
  let origin = '';
  for (const pair of query.split('&')) {
    if (pair.startsWith('repository_url=') || pair.startsWith('download_url=')) {
      const url = decode(pair.slice(pair.indexOf('=') + 1));
      const scheme = url.indexOf('://');
      origin = cut(scheme === -1 ? url : url.slice(scheme + 3), '/')[0].toLowerCase();
    }
  }
  return { key: bare(name), origin, version };
}

/** The type of a purl and the host of a URL both say `where`; what it is, is the name alone. */
function bare(purl: string): string {
  const type = purl.indexOf('/');
  return type === -1 ? purl : purl.slice(type + 1);
}

function fromPath(path: string): DependencyName {
  const clean = cut(cut(path, '#')[0], '?')[0];
  const user = clean.indexOf('@');
  const firstSlash = clean.indexOf('/');
  const rest = user !== -1 && user < firstSlash ? clean.slice(user + 1) : clean;
  const { name, version } = splitVersion(rest);
  const parts = name.split('/').filter((part) => part !== '');
  const host = (parts[0] ?? '').toLowerCase();
  const last = parts.at(-1) ?? '';
  if (CODE_HOSTS.includes(host) && parts.length >= 3) {
    return {
      key: (parts[2] ?? last).replace(/\.git$/, ''),
      origin: `${host}/${(parts[1] ?? '').toLowerCase()}`,
      version,
    };
  }
  const file = last.replace(ARCHIVE, '');
  const tail = VERSION_TAIL.exec(file)?.[0] ?? '';
  return {
    key: tail === '' ? file : file.slice(0, file.length - tail.length),
    origin: host,
    version: version === '' ? tail.slice(1) : version,
  };
}

/** `name@ref`, but not the `@` of a scope. */
function splitVersion(text: string): { readonly name: string; readonly version: string } {
  const at = text.lastIndexOf('@');
  if (at <= 0 || text[at - 1] === '/') return { name: text, version: '' };
  return { name: text.slice(0, at), version: text.slice(at + 1) };
}

function cut(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

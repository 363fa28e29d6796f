/** What a purl, a URI or a plain name says: which package, which version, and from where. */
export type PackageName = {
  /** `pkg:type/namespace/name` in small letters, without version; `url:name` or `dep:name` otherwise. */
  readonly key: string;
  readonly version: string;
  /** Host that it comes from; the ecosystem's own when a purl names none, empty when nothing says it. */
  readonly origin: string;
  /** The purl names no host: its producer may only have left it out. */
  readonly implied: boolean;
};

/** The hosts that a purl of the type means when it names no repository (purl-spec, type definitions). */
const HOSTS: Readonly<Record<string, string>> = {
  pypi: 'pypi.org',
  npm: 'registry.npmjs.org',
  cargo: 'crates.io',
  gem: 'rubygems.org',
  maven: 'repo.maven.apache.org',
  nuget: 'www.nuget.org',
  docker: 'hub.docker.com',
  conda: 'repo.anaconda.com',
  cran: 'cran.r-project.org',
  composer: 'packagist.org',
  hackage: 'hackage.haskell.org',
  hex: 'repo.hex.pm',
  pub: 'pub.dev',
};

const PUBLIC = new Set(Object.values(HOSTS));

/** Whether anybody can take a name at the host. */
export function isPublicRegistry(host: string): boolean {
  return PUBLIC.has(host);
}

export function packageName(said: string): PackageName {
  if (said.startsWith('pkg:')) return ofPurl(said);
  if (said.includes('://')) return ofUri(said);
  return { key: `dep:${said.toLowerCase()}`, version: '', origin: '', implied: true };
}

function ofPurl(said: string): PackageName {
  const hash = said.indexOf('#');
  const whole = hash === -1 ? said : said.slice(0, hash);
  const question = whole.indexOf('?');
  const path = question === -1 ? whole : whole.slice(0, question);
  const at = path.lastIndexOf('@');
  const hasVersion = at > path.lastIndexOf('/');
  const name = (hasVersion ? path.slice(0, at) : path).toLowerCase();
  const key = name.includes('%40') ? name.replace('%40', '@') : name;
  const repository = question === -1 ? '' : qualifier(whole.slice(question + 1));
  const type = key.slice(4, key.indexOf('/'));
  return {
    key,
    version: hasVersion ? path.slice(at + 1) : '',
    origin: repository === '' ? defaultHost(type) : hostOf(repository),
    implied: repository === '',
  };
}

/** `https://host/path/tool-2.0.1-py3.whl`: the file's name up to its version. */
function ofUri(said: string): PackageName {
  const path = said.split(/[?#]/, 1)[0] ?? '';
  const file = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const found = /^(.+?)[-_@](v?\d.*)$/.exec(file);
  const name = found?.[1] ?? file;
  return { key: `url:${name}`, version: found?.[2] ?? '', origin: hostOf(said), implied: false };
}

function defaultHost(type: string): string {
  return Object.hasOwn(HOSTS, type) ? (HOSTS[type] ?? '') : '';
}

function qualifier(qualifiers: string): string {
  for (const pair of qualifiers.split('&')) {
    if (pair.startsWith('repository_url=') || pair.startsWith('download_url=')) {
      return unescaped(pair.slice(pair.indexOf('=') + 1));
    }
  }
  return '';
}

/** Other hosts, and words, that mean the same registry. */
const ALIASES: Readonly<Record<string, string>> = {
  pypi: 'pypi.org',
  'files.pythonhosted.org': 'pypi.org',
  'upload.pypi.org': 'pypi.org',
  npm: 'registry.npmjs.org',
  npmjs: 'registry.npmjs.org',
  'npmjs.com': 'registry.npmjs.org',
  'www.npmjs.com': 'registry.npmjs.org',
  'static.crates.io': 'crates.io',
  'index.crates.io': 'crates.io',
  'repo1.maven.org': 'repo.maven.apache.org',
};

/** The host of a URI, or of a registry's name, in one spelling. */
export function hostOf(uri: string): string {
  const start = uri.indexOf('://');
  const rest = start === -1 ? uri : uri.slice(start + 3);
  const host = (rest.split('/', 1)[0] ?? '').toLowerCase();
  const name = host.slice(host.lastIndexOf('@') + 1);
  return Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

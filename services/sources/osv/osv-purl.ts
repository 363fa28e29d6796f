import { isJsonObject, type JsonValue } from '../../core/json/json-value.ts';

/** purl types of OSV's ecosystems; what follows a colon in an ecosystem is its release. */
const TYPES: Readonly<Record<string, string>> = {
  npm: 'npm',
  pypi: 'pypi',
  go: 'golang',
  maven: 'maven',
  'crates.io': 'cargo',
  rubygems: 'gem',
  nuget: 'nuget',
  packagist: 'composer',
  hex: 'hex',
  pub: 'pub',
  'github actions': 'githubactions',
  cran: 'cran',
  bioconductor: 'bioconductor',
  hackage: 'hackage',
  conancenter: 'conan',
  bitnami: 'bitnami',
  swifturl: 'swift',
  debian: 'deb/debian',
  ubuntu: 'deb/ubuntu',
  alpine: 'apk/alpine',
  wolfi: 'apk/wolfi',
  chainguard: 'apk/chainguard',
  'red hat': 'rpm/redhat',
  'rocky linux': 'rpm/rocky-linux',
  almalinux: 'rpm/almalinux',
  opensuse: 'rpm/opensuse',
  suse: 'rpm/suse',
};
const MAX_PURL = 512;

/** The purl of an OSV package without version, qualifiers and subpath; undefined where it cannot be told. */
export function osvPurl(value: JsonValue | undefined): string | undefined {
  if (!isJsonObject(value)) return undefined;
  const { purl, ecosystem, name } = value;
  if (typeof purl === 'string' && purl.startsWith('pkg:') && purl.length <= MAX_PURL) {
    const plain = purl.split(/[?#]/, 1)[0] ?? '';
    const at = plain.lastIndexOf('@');
    return at > plain.lastIndexOf('/') ? plain.slice(0, at) : plain;
  }
  if (typeof ecosystem !== 'string' || typeof name !== 'string' || name === '') return undefined;
  const type = TYPES[ecosystem.split(':', 1)[0]?.toLowerCase() ?? ''];
  if (type === undefined) return undefined;
  const path = type === 'maven' ? name.replace(':', '/') : name;
  const made = `pkg:${type}/${path.split('/').map(encodeURIComponent).join('/')}`;
  return made.length <= MAX_PURL ? made : undefined;
}

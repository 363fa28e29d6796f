/**
 * What a use or a taint is about, as one number: 53 bits, so that a hundred dependencies of a build cost less than a
 * kilobyte. A package version that is used without a digest has the negative of its key: a taint that names a digest
 * then passes over whoever is pinned by another one.
 */

/** Key of a digest or commit, with or without its algorithm. */
export function digestKey(digest: string): number {
  return hashText(digest, digest.lastIndexOf(':') + 1);
}

export function versionKey(packageId: string, version: string): number {
  return hashText(`${packageId}@${version}`);
}

/** A package as its keys name it: `npm/axios`, or `?axios` where the ecosystem is not stated. */
export type NamedPackage = { readonly id: string; readonly version: string };

/** Reads a purl, or a bare name with a version beside it or behind an `@`. */
export function readPackage(name: string, version?: string): NamedPackage | undefined {
  const isPurl = name.startsWith('pkg:');
  const plain = isPurl ? (name.slice(4).split(/[?#]/, 1)[0] ?? '') : name;
  const at = plain.lastIndexOf('@');
  const hasVersion = at > 0 && at > plain.lastIndexOf('/');
  const head = hasVersion ? plain.slice(0, at) : plain;
  const tail = version ?? (hasVersion ? plain.slice(at + 1) : '');
  const id = isPurl ? purlId(head) : `?${head}`;
  return id.length < 2 ? undefined : { id, version: readVersion(tail) };
}

/** A version of a package, with its keys. */
export type KnownPackage = NamedPackage & {
  readonly packageKey: number;
  readonly versionKey: number;
};

/**
 * Names that were read lately, and their versions: builds resolve the same ones again and again. It only saves the
 * reading; a map in a map, because joining name and version to one key costs more than looking twice.
 */
const READ = new Map<string, Map<string | undefined, KnownPackage | false>>();
const MAX_READ = 8192;
let reads = 0;

/** A package with a version, as {@link readPackage} reads it, with its keys; undefined without a version. */
export function knownPackage(name: string, version?: string): KnownPackage | undefined {
  const read = READ.get(name)?.get(version);
  if (read !== undefined) return read === false ? undefined : read;
  if (reads >= MAX_READ) {
    READ.clear();
    reads = 0;
  }
  const named = readPackage(name, version);
  const known =
    named === undefined || named.version === ''
      ? false
      : {
          ...named,
          packageKey: hashText(named.id),
          versionKey: versionKey(named.id, named.version),
        };
  reads += 1;
  const versions = READ.get(name);
  if (versions === undefined) READ.set(name, new Map([[version, known]]));
  else versions.set(version, known);
  return known === false ? undefined : known;
}

/** The same package where its ecosystem is not stated. */
export function bareIdOf(id: string): string {
  const slash = id.indexOf('/');
  const name = id.slice(slash + 1);
  if (!id.startsWith('maven/')) return `?${name}`;
  const last = name.lastIndexOf('/');
  return last === -1 ? `?${name}` : `?${name.slice(0, last)}:${name.slice(last + 1)}`;
}

/** `v1.2` and `1.2` are one version. */
export function readVersion(text: string): string {
  const version = decode(text.trim());
  return /^[vV]\d/.test(version) ? version.slice(1) : version;
}

function purlId(head: string): string {
  const slash = head.indexOf('/');
  if (slash <= 0) return '';
  const type = head.slice(0, slash).toLowerCase();
  const name = decode(head.slice(slash + 1)).replace(/^\/+/, '');
  if (name === '') return '';
  if (type === 'pypi') return `pypi/${name.toLowerCase().replace(/[-_.]+/g, '-')}`;
  // These ecosystems do not mind the case of a name.
  return type === 'github' || type === 'githubactions' || type === 'bitbucket'
    ? `${type}/${name.toLowerCase()}`
    : `${type}/${name}`;
}

function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** 53 bits of a text, or of its end: two multiplicative hashes that feed each other at the end. */
export function hashText(text: string, start = 0): number {
  let low = 0x2545f491;
  let high = 0x9e3779b9;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x85ebca6b);
    high = Math.imul(high ^ code, 0xc2b2ae35);
  }
  low = Math.imul(low ^ (low >>> 15), 0x27d4eb2f) ^ Math.imul(high ^ (high >>> 13), 0x165667b1);
  high = Math.imul(high ^ (high >>> 15), 0x27d4eb2f) ^ Math.imul(low ^ (low >>> 13), 0x165667b1);
  return (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0);
}

/** 53 bits of a list of keys, in their order. */
export function hashKeys(keys: readonly number[]): number {
  let low = 0x2545f491;
  let high = 0x9e3779b9;
  for (const key of keys) {
    low = Math.imul(low ^ (key | 0), 0x85ebca6b) + 1;
    high = Math.imul(high ^ ((key / 0x1_0000_0000) | 0) ^ low, 0xc2b2ae35);
  }
  low = Math.imul(low ^ (low >>> 15), 0x27d4eb2f);
  high = Math.imul(high ^ (high >>> 13), 0x165667b1) ^ low;
  return (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0);
}

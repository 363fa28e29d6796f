/**
 * What is known of an image, in a few dozen bytes. Digests are cut to 64 bits, of layers to 40: enough to say that two
 * differ; that two are equal is only ever concluded from all of them together. An empty string or -1 is unknown.
 */
export type ImageRecord = {
  readonly digest: string;
  readonly platform: string;
  readonly commit: string;
  /** The commit is what the image says of itself, not what a build or a verified attestation says. */
  readonly claimed: boolean;
  /** Digest of the workflow or build file. */
  readonly script: string;
  readonly builder: string;
  readonly baseName: string;
  readonly base: string;
  /** The tags by which a later image is the same thing built again, 6 hex digits each; see `kindsOf`. */
  readonly kinds: string;
  /** Digest of the image config: equal ones are equal images. */
  readonly config: string;
  /** The top layers as the registry holds them, uppermost last, 10 hex digits each. */
  readonly layers: string;
  /** The same layers uncompressed. */
  readonly contents: string;
  /** How many layers there are in all. */
  readonly depth: number;
  /** How many of the uppermost layers outlived a change of the base: the image's own; -1 while no base changed. */
  readonly own: number;
  /** Entrypoint and command, user, names of variables: a digest of each. */
  readonly entry: string;
  readonly user: string;
  readonly variables: string;
  /** Digest of the sorted package URLs, and how many they are. */
  readonly packages: string;
  readonly packageCount: number;
  /** Which package names are in it; see name-filter.ts. */
  readonly names: string;
  readonly at: number;
};

export const EMPTY_RECORD: ImageRecord = {
  digest: '',
  platform: '',
  commit: '',
  claimed: false,
  script: '',
  builder: '',
  baseName: '',
  base: '',
  kinds: '',
  config: '',
  layers: '',
  contents: '',
  depth: -1,
  own: -1,
  entry: '',
  user: '',
  variables: '',
  packages: '',
  packageCount: -1,
  names: '',
  at: 0,
};

/** Between the fields of a packed record; no field can hold it, see {@link clean}. */
const SEPARATOR = '|';

/** One string a record: a fifth of the memory of the object. */
export function packRecord(record: ImageRecord): string {
  return [
    record.digest,
    clean(record.platform),
    clean(record.commit),
    record.claimed ? '1' : '',
    record.script,
    record.builder,
    clean(record.baseName),
    record.base,
    record.kinds,
    record.config,
    record.layers,
    record.contents,
    record.depth < 0 ? '' : record.depth.toString(36),
    record.entry,
    record.user,
    record.variables,
    record.packages,
    record.packageCount < 0 ? '' : record.packageCount.toString(36),
    record.names,
    record.at.toString(36),
    record.own < 0 ? '' : record.own.toString(36),
  ].join(SEPARATOR);
}

export function unpackRecord(packed: string): ImageRecord {
  const field = packed.split(SEPARATOR);
  return {
    digest: field[0] ?? '',
    platform: field[1] ?? '',
    commit: field[2] ?? '',
    claimed: field[3] === '1',
    script: field[4] ?? '',
    builder: field[5] ?? '',
    baseName: field[6] ?? '',
    base: field[7] ?? '',
    kinds: field[8] ?? '',
    config: field[9] ?? '',
    layers: field[10] ?? '',
    contents: field[11] ?? '',
    depth: toNumber(field[12]),
    entry: field[13] ?? '',
    user: field[14] ?? '',
    variables: field[15] ?? '',
    packages: field[16] ?? '',
    packageCount: toNumber(field[17]),
    names: field[18] ?? '',
    at: Number.parseInt(field[19] ?? '0', 36),
    own: toNumber(field[20]),
  };
}

/**
 * What both say; where both say something, the newer word holds. But a commit that a build named is not replaced by
 * what the image claims of itself.
 */
export function mergeRecords(known: ImageRecord, news: ImageRecord): ImageRecord {
  const keepsCommit = news.commit === '' || (news.claimed && known.commit !== '' && !known.claimed);
  return {
    digest: news.digest || known.digest,
    platform: news.platform || known.platform,
    commit: keepsCommit ? known.commit : news.commit,
    claimed: keepsCommit ? known.claimed : news.claimed,
    script: news.script || known.script,
    builder: news.builder || known.builder,
    baseName: news.baseName || known.baseName,
    base: news.base || known.base,
    kinds: joinKinds(known.kinds, news.kinds),
    config: news.config || known.config,
    layers: news.layers || known.layers,
    contents: news.contents || known.contents,
    depth: news.depth < 0 ? known.depth : news.depth,
    own: news.own < 0 ? known.own : news.own,
    entry: news.entry || known.entry,
    user: news.user || known.user,
    variables: news.variables || known.variables,
    packages: news.packages || known.packages,
    packageCount: news.packageCount < 0 ? known.packageCount : news.packageCount,
    names: news.names || known.names,
    at: known.at === 0 ? news.at : known.at,
  };
}

/** What made an image, as one text. */
export function packInputs(inputs: Partial<ImageRecord>): string {
  const { commit = '', script = '', builder = '', baseName = '', base = '' } = inputs;
  return [clean(commit), script, builder, clean(baseName), base].join(SEPARATOR);
}

export function unpackInputs(packed: string | undefined): Partial<ImageRecord> {
  if (packed === undefined) return {};
  const [commit = '', script = '', builder = '', baseName = '', base = ''] =
    packed.split(SEPARATOR);
  return { commit, script, builder, baseName, base };
}

/** Whether the two share a tag by which one is the other, built again. */
export function shareKind(one: ImageRecord, other: ImageRecord): boolean {
  for (let at = 0; at < one.kinds.length; at += KIND) {
    const kind = one.kinds.slice(at, at + KIND);
    for (let to = 0; to < other.kinds.length; to += KIND) {
      if (other.kinds.startsWith(kind, to)) return true;
    }
  }
  return false;
}

const KIND = 6;

function joinKinds(known: string, news: string): string {
  if (known === '' || news === '' || known === news) return known || news;
  let joined = known;
  for (let at = 0; at < news.length && joined.length < 4 * KIND; at += KIND) {
    const kind = news.slice(at, at + KIND);
    if (!joined.includes(kind)) joined += kind;
  }
  return joined;
}

/** First 64 bits of a digest, without its algorithm. */
export function cutDigest(digest: string): string {
  const start = digest.indexOf(':') + 1;
  return digest.slice(start, start + 16);
}

function clean(text: string): string {
  return text.includes(SEPARATOR) ? text.replaceAll(SEPARATOR, '_') : text;
}

function toNumber(text: string | undefined): number {
  return text === undefined || text === '' ? -1 : Number.parseInt(text, 36);
}

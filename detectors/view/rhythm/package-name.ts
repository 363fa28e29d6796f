/** A package URL in its two halves, without qualifiers; undefined without a version. */
export function splitPurl(
  purl: string,
): { readonly name: string; readonly version: string } | undefined {
  const plain = purl.split(/[?#]/, 1)[0] ?? '';
  const at = plain.lastIndexOf('@');
  if (at <= plain.lastIndexOf('/') || at === plain.length - 1) return undefined;
  return { name: plain.slice(0, at), version: plain.slice(at + 1) };
}

export type Version = { readonly numbers: readonly number[]; readonly line: string };

/** The numbers of a plain release (`1.2.3`, `v1.2`); undefined for anything that has more to it than numbers. */
export function parseVersion(version: string): Version | undefined {
  const match = /^v?(\d{1,9}(?:\.\d{1,9}){1,4})$/.exec(version);
  const plain = match?.[1];
  if (plain === undefined) return undefined;
  const numbers = plain.split('.').map(Number);
  return { numbers, line: numbers.slice(0, 2).join('.') };
}

/** Negative where the first is lower. */
export function compareVersions(one: Version, other: Version): number {
  const length = Math.max(one.numbers.length, other.numbers.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (one.numbers[at] ?? 0) - (other.numbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

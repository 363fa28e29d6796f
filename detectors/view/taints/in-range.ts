import type { RangeTaint, VersionRange } from './taints-view.ts';

/** Whether the statement calls the version bad. */
export function isBadVersion(
  { versions, ranges }: Pick<RangeTaint, 'versions' | 'ranges'>,
  version: string,
): boolean {
  if (versions.length === 0 && ranges.length === 0) return true;
  if (versions.includes(version)) return true;
  // Debian's way back: `5.6.1+really5.4.5` is the code of 5.4.5.
  const really = version.indexOf(REALLY);
  const code = really === -1 ? version : version.slice(really + REALLY.length);
  return ranges.some((range) => isInRange(range, code));
}

function isInRange({ introduced, fixed, lastAffected }: VersionRange, version: string): boolean {
  if (introduced !== '0' && compareVersions(version, introduced) < 0) return false;
  if (fixed !== undefined && compareVersions(version, fixed) >= 0) return false;
  return lastAffected === undefined || compareVersions(version, lastAffected) <= 0;
}

const REALLY = '+really';
const PRE_RELEASE = /^(?:a|alpha|b|beta|c|rc|pre|preview|dev|snapshot|m|milestone)$/;
const IDENTIFIER = /\d+|[a-z]+/g;

/**
 * Order of two versions where the ecosystem does not matter: numbers as numbers, words as words, `1.0-rc1` before
 * `1.0` and `1.0.1` after it. What follows a `+` says where a version was built and counts for nothing.
 */
export function compareVersions(one: string, other: string): number {
  const left = identifiersOf(one);
  const right = identifiersOf(other);
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const order = compareIdentifiers(left[at], right[at]);
    if (order !== 0) return order;
  }
  return 0;
}

function identifiersOf(version: string): readonly string[] {
  const text = version.slice(0, 256).toLowerCase();
  const plain = text.includes(REALLY) ? text : (text.split('+', 1)[0] ?? '');
  return plain.match(IDENTIFIER) ?? [];
}

function compareIdentifiers(one: string | undefined, other: string | undefined): number {
  if (one === other) return 0;
  if (one === undefined) return -compareWithNothing(other ?? '');
  if (other === undefined) return compareWithNothing(one);
  const numeric = [one, other].map((part) => /^\d/.test(part));
  if (numeric[0] && numeric[1]) return compareNumbers(one, other);
  // A word comes before a number: 1.0.rc1 < 1.0.1.
  if (numeric[0] !== numeric[1]) return numeric[0] ? 1 : -1;
  return one < other ? -1 : 1;
}

/** Whether a version with this part behind it comes before (-1) or after (1) the one that ends here. */
function compareWithNothing(part: string): number {
  if (PRE_RELEASE.test(part)) return -1;
  return /^0+$/.test(part) ? 0 : 1;
}

/** Numbers of any length, exactly. */
function compareNumbers(one: string, other: string): number {
  const left = one.replace(/^0+/, '');
  const right = other.replace(/^0+/, '');
  if (left.length !== right.length) return left.length - right.length;
  return left === right ? 0 : left < right ? -1 : 1;
}

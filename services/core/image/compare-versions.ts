const PARTS = /(\d+|[a-z]+|[~.+_:-])/g;
const PRE_RELEASE = new Set(['a', 'alpha', 'b', 'beta', 'dev', 'pre', 'preview', 'rc']);

/**
 * Orders two version strings as packagers do, whatever the ecosystem: numbers by value, words by letters, `~` and the
 * usual words for a pre-release before the end of the text, an epoch (`1:`) before all else. Returns a negative number,
 * zero or a positive one. It is a good guess about what goes up and what goes down, not any one packager's rule.
 */
export function compareVersions(one: string, other: string): number {
  const [ours, theirs] = [splitEpoch(one), splitEpoch(other)];
  if (ours.epoch !== theirs.epoch) return ours.epoch - theirs.epoch;
  const [left, right] = [partsOf(ours.rest), partsOf(theirs.rest)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const order = compareParts(left[at], right[at]);
    if (order !== 0) return order;
  }
  return 0;
}

function splitEpoch(version: string): { readonly epoch: number; readonly rest: string } {
  const found = /^(\d{1,9}):/.exec(version);
  return found === null
    ? { epoch: 0, rest: version }
    : { epoch: Number(found[1]), rest: version.slice(found[0].length) };
}

/** Numbers and words without what separates them; a `~` stays, because it orders. */
function partsOf(version: string): readonly string[] {
  const text = version.toLowerCase().replace(/^v(?=\d)/, '');
  return (text.match(PARTS) ?? []).filter((part) => part === '~' || /[\da-z]/.test(part));
}

function compareParts(one: string | undefined, other: string | undefined): number {
  if (one === other) return 0;
  const [ours, theirs] = [rankOf(one), rankOf(other)];
  if (ours !== theirs) return ours - theirs;
  if (one === undefined || other === undefined) return 0;
  if (ours === NUMBER_RANK) return compareNumbers(one, other);
  return one < other ? -1 : 1;
}

const NUMBER_RANK = 4;

/** What a part says against the end of the text, which ranks 2. */
function rankOf(part: string | undefined): number {
  if (part === undefined) return 2;
  if (part === '~') return 0;
  if (PRE_RELEASE.has(part)) return 1;
  return /^\d/.test(part) ? NUMBER_RANK : 3;
}

/** By value without conversion: a hostile version may have more digits than a number holds. */
function compareNumbers(one: string, other: string): number {
  const [ours, theirs] = [one.replace(/^0+/, ''), other.replace(/^0+/, '')];
  if (ours.length !== theirs.length) return ours.length - theirs.length;
  return ours < theirs ? -1 : ours > theirs ? 1 : 0;
}

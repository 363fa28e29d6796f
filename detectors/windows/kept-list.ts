/**
 * The list with the value as its newest, at most `limit` in all, in exactly the room that this takes. For lists that a
 * view keeps: one that is spread into a longer one, filtered or pushed to reserves room for sixteen more.
 */
export function withNewest<T>(list: readonly T[], value: T, limit: number): T[] {
  return list.slice(Math.max(0, list.length + 1 - limit)).concat([value]);
}

/** What is asked of a map that forgets its oldest. */
type KeptMap<K, V> = {
  readonly size: number;
  get(key: K): V | undefined;
  has(key: K): boolean;
  set(key: K, value: V): void;
  delete(key: K): boolean;
  keys(): Iterable<K>;
  [Symbol.iterator](): Iterator<[K, V]>;
};

/** Sets a key as the newest of the map and forgets the oldest beyond the limit. */
export function setNewest<K, V>(map: KeptMap<K, V>, key: K, value: V, limit: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > limit) dropOldest(map);
}

/**
 * As {@link setNewest}, but a map that is not half full keeps its order: moving a key costs a deletion, and which keys
 * are in use shows again, long before something must be forgotten, while the second half fills.
 */
export function setRecent<K, V>(map: KeptMap<K, V>, key: K, value: V, limit: number): void {
  if (map.size < limit / 2) map.set(key, value);
  else setNewest(map, key, value, limit);
}

/** Sets a key where it is, or as the newest; forgets the oldest beyond the limit. */
export function setBounded<K, V>(map: KeptMap<K, V>, key: K, value: V, limit: number): void {
  map.set(key, value);
  if (map.size > limit) dropOldest(map);
}

/** Adds a key that is not there and forgets the oldest beyond the limit; false when it is there already. */
export function addOnce<K>(map: KeptMap<K, true>, key: K, limit: number): boolean {
  if (map.has(key)) return false;
  setBounded(map, key, true, limit);
  return true;
}

export function oldestOf<K, V>(map: KeptMap<K, V>): readonly [K, V] | undefined {
  for (const pair of map) return pair;
  return undefined;
}

function dropOldest<K, V>(map: KeptMap<K, V>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}

/** Sets a key as the newest of the map and forgets the oldest beyond the limit. */
export function setNewest<K, V>(map: Map<K, V>, key: K, value: V, limit: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > limit) dropOldest(map);
}

/** Sets a key where it is, or as the newest; forgets the oldest beyond the limit. */
export function setBounded<K, V>(map: Map<K, V>, key: K, value: V, limit: number): void {
  map.set(key, value);
  if (map.size > limit) dropOldest(map);
}

export function oldestOf<K, V>(map: Map<K, V>): readonly [K, V] | undefined {
  for (const pair of map) return pair;
  return undefined;
}

function dropOldest<K, V>(map: Map<K, V>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}

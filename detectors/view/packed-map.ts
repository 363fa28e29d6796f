import {
  countRows,
  fieldsOf,
  fromCell,
  readRows,
  splitFields,
  toCell,
  withoutRow,
  withRow,
} from './packed-rows.ts';

/** How a value becomes the fields of a row of packed-rows.ts, and is read back. */
export type Packing<V> = {
  readonly pack: (value: V) => string;
  readonly unpack: (fields: readonly string[]) => V;
};

/**
 * A map of a few texts to small records in one string of rows: an empty one takes a sixth of an empty `Map`, an entry
 * little more than its characters. What it gives out is read anew each time: to change it, it must be set. Lookups go
 * through all of the string, so it is for maps that hold some dozens at most.
 */
export abstract class PackedMap<V> implements ReadonlyMap<string, V> {
  /** All rows, oldest first: what a snapshot keeps of the map. */
  packed: string;

  constructor(packed = '') {
    this.packed = packed;
  }

  /** The same for all maps of a kind, so it is none of the members of each. */
  protected abstract get packing(): Packing<V>;

  get size(): number {
    return countRows(this.packed);
  }

  has(key: string): boolean {
    return fieldsOf(this.packed, toCell(key)) !== undefined;
  }

  get(key: string): V | undefined {
    const fields = fieldsOf(this.packed, toCell(key));
    return fields === undefined ? undefined : this.packing.unpack(splitFields(fields));
  }

  /** Where the key is, or as the newest. */
  set(key: string, value: V): void {
    this.packed = withRow(this.packed, toCell(key), this.packing.pack(value));
  }

  delete(key: string): boolean {
    const before = this.packed;
    this.packed = withoutRow(before, toCell(key));
    return this.packed.length < before.length;
  }

  keys(): MapIterator<string> {
    return readRows(this.packed)
      .map(([key = '']) => fromCell(key))
      .values();
  }

  values(): MapIterator<V> {
    return readRows(this.packed)
      .map(([, ...fields]) => this.packing.unpack(fields))
      .values();
  }

  entries(): MapIterator<[string, V]> {
    return readRows(this.packed)
      .map(([key = '', ...fields]): [string, V] => [fromCell(key), this.packing.unpack(fields)])
      .values();
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }

  forEach(visit: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this) visit(value, key, this);
  }
}

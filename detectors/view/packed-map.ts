/** How a value becomes text and is read back; the text may hold anything but {@link RECORD}. */
export type Packing<V> = {
  readonly pack: (value: V) => string;
  readonly unpack: (packed: string) => V;
};

/** Stand before a record and between its fields. Control characters, which hardly a name holds. */
const RECORD = '\u0001';
export const FIELD = '\u0002';
/** Says that the next character stands for one of the three. */
const ESCAPE = '\u0003';
const ESCAPED = [ESCAPE, RECORD, FIELD];

/**
 * A map of a few texts to small records in one string: an empty one takes a sixth of an empty `Map`, an entry little
 * more than its characters. What it gives out is read anew each time: to change it, it must be set. Lookups go through
 * all of the string, so it is for maps that hold some dozens at most.
 */
export abstract class PackedMap<V> implements ReadonlyMap<string, V> {
  /** All records, oldest first: what a snapshot keeps of the map. */
  packed: string;

  constructor(packed = '') {
    this.packed = packed;
  }

  /** The same for all maps of a kind, so it is none of the members of each. */
  protected abstract get packing(): Packing<V>;

  get size(): number {
    let count = 0;
    for (let at = this.packed.indexOf(RECORD); at !== -1; at = this.packed.indexOf(RECORD, at + 1))
      count += 1;
    return count;
  }

  has(key: string): boolean {
    return this.packed !== '' && this.packed.includes(headOf(key));
  }

  get(key: string): V | undefined {
    if (this.packed === '') return undefined;
    const head = headOf(key);
    const at = this.packed.indexOf(head);
    if (at === -1) return undefined;
    return this.packing.unpack(this.packed.slice(at + head.length, endOf(this.packed, at)));
  }

  /** Where the key is, or as the newest. */
  set(key: string, value: V): void {
    const head = headOf(key);
    const at = this.packed.indexOf(head);
    const record = this.packing.pack(value);
    // Joined, not added up: sums of texts keep their parts in memory.
    this.packed =
      at === -1
        ? [this.packed, head, record].join('')
        : [this.packed.slice(0, at), head, record, this.packed.slice(endOf(this.packed, at))].join(
            '',
          );
  }

  delete(key: string): boolean {
    const at = this.packed.indexOf(headOf(key));
    if (at === -1) return false;
    this.packed = [this.packed.slice(0, at), this.packed.slice(endOf(this.packed, at))].join('');
    return true;
  }

  keys(): MapIterator<string> {
    return this.records()
      .map(([key]) => key)
      .values();
  }

  values(): MapIterator<V> {
    return this.records()
      .map(([, value]) => value)
      .values();
  }

  entries(): MapIterator<[string, V]> {
    return this.records().values();
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }

  forEach(visit: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this.records()) visit(value, key, this);
  }

  private records(): [string, V][] {
    const records = this.packed.split(RECORD).slice(1);
    return records.map((record) => {
      const end = record.indexOf(FIELD);
      return [restored(record.slice(0, end)), this.packing.unpack(record.slice(end + 1))];
    });
  }
}

/** The text with nothing in it that the packing uses; {@link restored} gives it back. */
export function escaped(text: string): string {
  if (!ESCAPED.some((one) => text.includes(one))) return text;
  return ESCAPED.reduce((done, one, place) => done.replaceAll(one, `${ESCAPE}${place}`), text);
}

export function restored(text: string): string {
  if (!text.includes(ESCAPE)) return text;
  return text
    .split(ESCAPE)
    .map((part, place) => (place === 0 ? part : (ESCAPED[Number(part[0])] ?? '') + part.slice(1)))
    .join('');
}

function headOf(key: string): string {
  return `${RECORD}${escaped(key)}${FIELD}`;
}

function endOf(packed: string, at: number): number {
  const next = packed.indexOf(RECORD, at + 1);
  return next === -1 ? packed.length : next;
}

/** All that an iteration yields. */
export async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** 0, 1, … up to but not including the length. */
export function range(length: number): readonly number[] {
  return Array.from({ length }, (_, n) => n);
}

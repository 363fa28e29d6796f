import { quantileSorted } from 'simple-statistics';

type EntryPage = {
  readonly entries: readonly {
    readonly shard: number;
    readonly index: number;
    readonly event: { readonly receivedtime: string };
  }[];
  readonly next?: string;
};
type CheckpointPage = {
  readonly checkpoints: readonly { readonly size: number; readonly signedAt: string }[];
};

const ENTRIES = 5_000;
const PAGE = 500;

/** p99 of the time from acceptance to the first signed checkpoint that covers the entry, over the newest entries. */
export async function measureCheckpointDelay(url: string, token: string): Promise<number> {
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${url}${path}`, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return (await response.json()) as T;
  };
  const checkpoints: { readonly size: number; readonly signedAt: string }[] = [];
  for (;;) {
    const page = await get<CheckpointPage>(
      `/api/v1/checkpoints/0?limit=${PAGE}&after=${checkpoints.at(-1)?.size ?? 0}`,
    );
    checkpoints.push(...page.checkpoints);
    if (page.checkpoints.length < PAGE) break;
  }
  const delays: number[] = [];
  for (let cursor = ''; delays.length < ENTRIES; ) {
    const page = await get<EntryPage>(
      `/api/v1/entries?limit=${PAGE}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    for (const { index, event } of page.entries) {
      const covering = checkpoints.find(({ size }) => size > index);
      if (covering !== undefined)
        delays.push(Date.parse(covering.signedAt) - Date.parse(event.receivedtime));
    }
    if (page.next === undefined) break;
    cursor = page.next;
  }
  return quantileSorted(
    delays.sort((a, b) => a - b),
    0.99,
  );
}

/** When a digest's push is due. */
export type Due = { readonly deadline: number; readonly digest: string };

/**
 * Pushes by deadline, as a binary heap in a plain array, so that a snapshot holds it as it is. A push that was
 * explained meanwhile leaves its entry behind; whoever takes it looks the digest up and finds nothing to do.
 */
export type DueQueue = Due[];

/** The earliest deadline, or the largest number when nothing waits. */
export function nextDue(queue: DueQueue): number {
  return queue[0]?.deadline ?? Number.MAX_SAFE_INTEGER;
}

export function addDue(queue: DueQueue, due: Due): void {
  let at = queue.length;
  queue.push(due);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = queue[parent];
    if (above === undefined || !isBefore(due, above)) break;
    queue[at] = above;
    at = parent;
  }
  queue[at] = due;
}

/** Takes everything that is due at `now`, by deadline and then by digest. */
export function takeDue(queue: DueQueue, now: number): Due[] {
  const taken: Due[] = [];
  for (let first = queue[0]; first !== undefined && first.deadline <= now; first = queue[0]) {
    taken.push(first);
    const last = queue.pop();
    if (last !== undefined && queue.length > 0) sink(queue, last);
  }
  return taken;
}

/** What {@link takeDue} would take, in no particular order; looks at little more than that. */
export function peekDue(queue: DueQueue, now: number): Due[] {
  const found: Due[] = [];
  const look = [0];
  for (let at = look.pop(); at !== undefined; at = look.pop()) {
    const due = queue[at];
    if (due === undefined || due.deadline > now) continue;
    found.push(due);
    look.push(2 * at + 1, 2 * at + 2);
  }
  return found;
}

/** Puts the entry at the root and lets it down to its place. */
function sink(queue: DueQueue, due: Due): void {
  let at = 0;
  for (;;) {
    const left = queue[2 * at + 1];
    const right = queue[2 * at + 2];
    if (left === undefined) break;
    const goRight = right !== undefined && isBefore(right, left);
    const child = goRight ? right : left;
    if (!isBefore(child, due)) break;
    queue[at] = child;
    at = 2 * at + (goRight ? 2 : 1);
  }
  queue[at] = due;
}

function isBefore(a: Due, b: Due): boolean {
  return a.deadline < b.deadline || (a.deadline === b.deadline && a.digest < b.digest);
}

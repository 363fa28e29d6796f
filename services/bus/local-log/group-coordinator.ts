/** A member of a consumer group in this process. */
export type GroupMember = {
  /** Begins to deliver the partition. */
  readonly assign: (partition: number) => void;
  /** Resolves when no handler of the partition is running any more. */
  readonly revoke: (partition: number) => Promise<void>;
};

export type GroupCoordinator = {
  readonly join: (member: GroupMember) => Promise<void>;
  readonly leave: (member: GroupMember) => Promise<void>;
};

/**
 * Shares a topic's partitions among the members of one group: each partition has exactly one owner, and a new
 * owner begins only after the old one has ended. Partitions are dealt out in the order of joining.
 */
export function createGroupCoordinator(partitions: number): GroupCoordinator {
  const owners = new Map<number, GroupMember>();
  let members: GroupMember[] = [];
  let settled = Promise.resolve();

  async function rebalance(): Promise<void> {
    const wanted = new Map<number, GroupMember>();
    for (let partition = 0; partition < partitions; partition += 1) {
      const owner = members[partition % members.length];
      if (owner !== undefined) wanted.set(partition, owner);
    }
    const moving = [...owners].filter(([partition, owner]) => wanted.get(partition) !== owner);
    await Promise.all(moving.map(([partition, owner]) => owner.revoke(partition)));
    for (const [partition] of moving) owners.delete(partition);
    for (const [partition, owner] of wanted) {
      if (owners.has(partition)) continue;
      owners.set(partition, owner);
      owner.assign(partition);
    }
  }

  function change(next: () => void): Promise<void> {
    const changed = settled.then(() => {
      next();
      return rebalance();
    });
    settled = changed.catch(() => {});
    return changed;
  }

  return {
    join: (member) =>
      change(() => {
        members = [...members, member];
      }),
    leave: (member) =>
      change(() => {
        members = members.filter((other) => other !== member);
      }),
  };
}

import { basename, dirname } from 'node:path';
import type { LogFile, LogFileSystem } from '../../services/bus/local-log/log-file-system.ts';

/** An operation that is about to happen; a hook may throw in its place. */
export type FileOperation = {
  readonly name:
    | 'open'
    | 'write'
    | 'sync'
    | 'truncate'
    | 'read'
    | 'rename'
    | 'remove'
    | 'syncDirectory';
  readonly path: string;
};

export type MemoryLogFileSystem = LogFileSystem & {
  /** Called before each operation; what it throws, the operation throws. A number returned for a write shortens it. */
  hook: (operation: FileOperation) => number | undefined;
  free: number;
  /**
   * What a power failure leaves: synced content, and of what was written after the last sync of a file only
   * the first `keepUnsynced` bytes. Names that were never synced are gone.
   */
  readonly afterPowerFailure: (keepUnsynced: number) => MemoryLogFileSystem;
  /** What a killed process leaves: everything that was written. */
  readonly afterKill: () => MemoryLogFileSystem;
  readonly contents: (path: string) => Buffer;
  readonly replace: (path: string, bytes: Uint8Array) => void;
};

type Inode = { bytes: Buffer; synced: Buffer };

/** An error as node:fs throws it. */
export function fileError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}

/** A file system in memory that tells synced bytes and names from others, with a hook before each operation. */
export function createMemoryLogFileSystem(
  initial: ReadonlyMap<string, Inode> = new Map(),
): MemoryLogFileSystem {
  const names = new Map(initial);
  const syncedNames = new Map(initial);

  function inodeAt(path: string): Inode {
    const inode = names.get(path);
    if (inode === undefined) throw fileError('ENOENT');
    return inode;
  }

  function openFile(path: string, inode: Inode): LogFile {
    return {
      size: async () => inode.bytes.byteLength,
      read: async (into, position) => {
        self.hook({ name: 'read', path });
        return inode.bytes.copy(into, 0, position, position + into.byteLength);
      },
      write: async (bytes, position) => {
        const short = self.hook({ name: 'write', path });
        const part = bytes.subarray(0, short ?? bytes.byteLength);
        const size = Math.max(inode.bytes.byteLength, position + part.byteLength);
        const next = Buffer.alloc(size);
        inode.bytes.copy(next);
        next.set(part, position);
        inode.bytes = next;
        return part.byteLength;
      },
      truncate: async (size) => {
        self.hook({ name: 'truncate', path });
        inode.bytes = Buffer.from(inode.bytes.subarray(0, size));
      },
      sync: async () => {
        self.hook({ name: 'sync', path });
        const written = inode.bytes;
        // Takes a turn of the event loop, as a disk does: others go on meanwhile.
        await new Promise((resolve) => setImmediate(resolve));
        inode.synced = written;
      },
      close: async () => {},
    };
  }

  const self: MemoryLogFileSystem = {
    hook: () => undefined,
    free: Number.MAX_SAFE_INTEGER,
    makeDirectory: async () => {},
    list: async (path) => {
      const below = [...names.keys()].filter((name) => name.startsWith(`${path}/`));
      return [...new Set(below.map((name) => name.slice(path.length + 1).split('/')[0] ?? ''))];
    },
    open: async (path, mode) => {
      self.hook({ name: 'open', path });
      if (mode === 'existing') return openFile(path, inodeAt(path));
      if (names.has(path)) throw fileError('EEXIST');
      const inode = { bytes: Buffer.alloc(0), synced: Buffer.alloc(0) };
      names.set(path, inode);
      return openFile(path, inode);
    },
    openForReading: async (path) => openFile(path, inodeAt(path)),
    readFile: async (path) => names.get(path)?.bytes,
    rename: async (from, to) => {
      self.hook({ name: 'rename', path: to });
      names.set(to, inodeAt(from));
      names.delete(from);
    },
    link: async (from, to) => {
      if (names.has(to)) return false;
      names.set(to, inodeAt(from));
      return true;
    },
    remove: async (path) => {
      self.hook({ name: 'remove', path });
      names.delete(path);
    },
    syncDirectory: async (path) => {
      self.hook({ name: 'syncDirectory', path });
      for (const name of syncedNames.keys()) {
        if (dirname(name) === path && !names.has(name)) syncedNames.delete(name);
      }
      for (const [name, inode] of names) if (dirname(name) === path) syncedNames.set(name, inode);
    },
    freeBytes: async () => self.free,
    afterPowerFailure: (keepUnsynced) => {
      const left = [...syncedNames].map(([name, { bytes, synced }]): [string, Inode] => {
        const kept = Buffer.from(
          bytes.byteLength > synced.byteLength
            ? bytes.subarray(0, synced.byteLength + keepUnsynced)
            : synced,
        );
        return [name, { bytes: kept, synced: kept }];
      });
      return createMemoryLogFileSystem(new Map(left.filter(([name]) => basename(name) !== 'LOCK')));
    },
    afterKill: () => {
      const left = [...names].map(([name, { bytes }]): [string, Inode] => {
        const kept = Buffer.from(bytes);
        return [name, { bytes: kept, synced: kept }];
      });
      return createMemoryLogFileSystem(new Map(left.filter(([name]) => basename(name) !== 'LOCK')));
    },
    contents: (path) => Buffer.from(inodeAt(path).bytes),
    replace: (path, bytes) => {
      const inode = inodeAt(path);
      inode.bytes = Buffer.from(bytes);
      inode.synced = inode.bytes;
    },
  };
  return self;
}

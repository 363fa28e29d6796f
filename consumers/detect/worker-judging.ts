import { Worker } from 'node:worker_threads';
import { FatalError } from '../../services/core/errors.ts';
import { type JudgeAnswer, type JudgeMethod, type JudgeSetup, LOADED } from './judge-messages.ts';
import type { Judging } from './judging.ts';

type Waiting = {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
};

/**
 * Judges in a thread of its own, so that neither a burst of entries nor a snapshot holds up those who wait for an
 * acknowledgement. Resolves when the thread has loaded, which takes as long as the rest of a start: nothing that is
 * accepted then waits for it. Whatever goes wrong over there leaves the views in an unknown state: every call that
 * waits, and every later one, rejects with a FatalError, and so does this one when the thread does not load.
 */
export async function createWorkerJudging(setup: JudgeSetup): Promise<Judging> {
  const worker = startThread(setup);
  const waiting = new Map<number, Waiting>();
  let last = LOADED;
  let failure: FatalError | undefined;
  let isStopping = false;

  const fail = (message: string): void => {
    failure ??= new FatalError('bus.corrupt-record', message);
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
  };
  worker.on('message', ({ id, value, error }: JudgeAnswer) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(value);
    else {
      failure ??= new FatalError(error.code, error.message);
      call?.reject(failure);
    }
  });
  worker.on('error', (error) => fail(`detection stopped: ${error.message}`));
  worker.on('exit', (code) => {
    if (!isStopping) fail(`detection ended with code ${code}`);
  });

  await new Promise<void>((resolve, reject) => {
    waiting.set(LOADED, { resolve: () => resolve(), reject });
  });

  const call = async <T>(method: JudgeMethod, args: readonly unknown[]): Promise<T> => {
    if (failure !== undefined) throw failure;
    last += 1;
    const id = last;
    return await new Promise<T>((resolve, reject) => {
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      worker.postMessage({ id, method, args });
    });
  };

  return {
    open: async (shard, nextIndex) => await call('open', [shard, nextIndex]),
    restore: async (shard, parts) => await call('restore', [shard, parts]),
    judge: async (shard, entries) => await call('judge', [shard, entries]),
    fold: async (shard, entries) => await call('fold', [shard, entries]),
    save: async (shard, atLeastBytes) => await call('save', [shard, atLeastBytes]),
    overdue: async (now) => await call('overdue', [now]),
    close: async (shard) => await call('close', [shard]),
    openLane: async (snapshot) => await call('openLane', [snapshot]),
    readLane: async (shard, entries) => await call('readLane', [shard, entries]),
    advanceLane: async (look) => await call('advanceLane', [look]),
    saveLane: async () => await call('saveLane', []),
    closeLane: async () => await call('closeLane', []),
    stop: async () => {
      isStopping = true;
      await worker.terminate();
      fail('detection has stopped');
    },
  };
}

/** Starts the compiled thread; in a checkout that runs from sources, one that compiles as it loads. */
function startThread(setup: JudgeSetup): Worker {
  const { url } = import.meta;
  if (!url.endsWith('.ts')) {
    return new Worker(new URL('./judge-worker.js', url), { workerData: setup });
  }
  const file = JSON.stringify(new URL('./judge-worker.ts', url).href);
  const load = `import('tsx/esm/api').then(({ register }) => { register(); return import(${file}); })`;
  return new Worker(load, { eval: true, workerData: setup });
}

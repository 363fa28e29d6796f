import { setTimeout as sleep } from 'node:timers/promises';
import { retryDelayMs } from '../retry-delay.ts';
import { kafkaErrorType } from './kafka-errors.ts';

const ATTEMPTS = 7;

/**
 * Repeats a question to a group's coordinator while the cluster is still choosing or loading it, for about
 * six seconds; kafkajs repeats only the search for the coordinator.
 */
export async function withCoordinator<T>(ask: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await ask();
    } catch (error) {
      if (failures === ATTEMPTS || !isCoordinatorMoving(error)) throw error;
      await sleep(retryDelayMs(failures));
    }
  }
}

function isCoordinatorMoving(error: unknown): boolean {
  switch (kafkaErrorType(error)) {
    case 'GROUP_LOAD_IN_PROGRESS':
    case 'GROUP_COORDINATOR_NOT_AVAILABLE':
    case 'NOT_COORDINATOR_FOR_GROUP':
      return true;
    default:
      return false;
  }
}

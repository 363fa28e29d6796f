import { utf8 } from '../bytes.ts';
import type { ProvostEvent } from './event.ts';

/** The record of a fact of our own on `provost.events`: the project is the key, so a project's events keep their order. */
export function toEventRecord(event: ProvostEvent): {
  readonly key: string;
  readonly value: Uint8Array;
} {
  return { key: event.project, value: utf8(JSON.stringify(event)) };
}

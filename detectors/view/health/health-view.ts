import type { BitWindow } from '../../windows/bit-window.ts';
import type { EntryRef } from '../project-view.ts';

/** Producers a project whose rhythm is kept; the one silent for longest is forgotten. */
export const MAX_PRODUCERS = 128;
/** Ledger shards with published checkpoints, and checkpoints of each; the oldest is forgotten. */
export const MAX_SHARDS = 64;
export const MAX_CHECKPOINTS = 16;

/** Whether producers and the ledger itself behave. */
export type HealthView = {
  /** By the source of their events. */
  readonly producers: Map<string, ProducerView>;
  /** Events of producers in all: who is silent is compared with the rest. */
  events: number;
  /** When somebody may be silent for too long; nobody is looked at before. */
  nextLook: number;
  /** By shard. */
  readonly checkpoints: Map<number, KnownCheckpoint[]>;
};

export type ProducerView = {
  readonly first: number;
  last: number;
  count: number;
  /** Longest pause of this period of four weeks, and of the one before. */
  longest: number;
  longestBefore: number;
  since: number;
  /** Events of all producers when this one spoke last. */
  eventsThen: number;
  ref: EntryRef;
  /** Its silence was told. */
  told: boolean;
  /** The last number that it gave an event, and whether its last numbers followed one another. */
  sequence: number;
  readonly inOrder: BitWindow;
};

export type KnownCheckpoint = {
  readonly size: number;
  readonly root: string;
  readonly where: string;
  readonly ref: EntryRef;
};

export function createHealthView(): HealthView {
  return { producers: new Map(), events: 0, nextLook: 0, checkpoints: new Map() };
}

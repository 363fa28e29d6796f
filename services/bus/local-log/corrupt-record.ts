import { FatalError } from '../../core/errors.ts';

/** Where in a local log a record is damaged. */
export type DamagedPlace = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly file: string;
  /** Byte position in the file. */
  readonly position: number;
  readonly reason: string;
};

/** The error that stops everything: a record that was acknowledged to its publisher cannot be read any more. */
export function corruptRecord(place: DamagedPlace): FatalError {
  return new FatalError(
    'bus.corrupt-record',
    `topic ${place.topic} partition ${place.partition} offset ${place.offset}: the record at byte ${place.position} of ${place.file} is damaged: ${place.reason}`,
  );
}

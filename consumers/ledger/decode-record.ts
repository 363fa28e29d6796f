import type { BusRecord } from '../../services/bus/bus.ts';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import { validateAcceptedEvent } from '../../services/core/events/validate-event.ts';
import { parseJson } from '../../services/core/json/parse-json.ts';
import type { Outcome } from '../../services/core/outcome.ts';

/** The accepted event of a record, or why it holds none: whoever can write to the topic can write anything. */
export function decodeRecord(record: Pick<BusRecord, 'value'>): Outcome<ProvostEvent> {
  const json = parseJson(record.value);
  return json.ok ? validateAcceptedEvent(json.value) : json;
}

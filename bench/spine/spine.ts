import type { Measure } from '../measure.ts';
import { benchAlertDelay } from './alert-delay.ts';
import { benchKafkaToLedger } from './kafka-to-ledger.ts';
import { benchLedgerAppend } from './ledger-append.ts';
import { benchRecovery } from './recovery.ts';
import { benchServiceLoad } from './service-load.ts';

/** The way of an event from acceptance to ledger, proof and alert: how fast, how far from the machine's limit. */
export async function* benchSpine(): AsyncIterable<Measure> {
  yield* benchLedgerAppend();
  yield* benchServiceLoad();
  yield* benchAlertDelay();
  yield* benchRecovery();
  yield* benchKafkaToLedger();
}

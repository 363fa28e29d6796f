import { replayEvents } from '../../services/cli/replay/replay-events.ts';
import type { AlertLine, FindingLine } from '../../services/cli/replay/replay-lines.ts';
import type { Governance } from '../../services/config/governance.ts';

export type Replayed = {
  readonly findings: readonly FindingLine[];
  readonly alerts: readonly AlertLine[];
  /** Events that were judged. */
  readonly events: number;
};

/** Runs objects through the very code of `provost replay`; a line that it rejects is a fault of the benchmark. */
export async function replay(
  lines: readonly object[],
  format: 'events' | 'history',
  governance: Governance = {},
): Promise<Replayed> {
  const findings: FindingLine[] = [];
  const alerts: AlertLine[] = [];
  let events = 0;
  const replayed = replayEvents(toBytes(lines), {
    governance,
    format,
    clock: { now: () => 0 },
    onRejected: (line, { message }) => {
      throw new Error(`line ${line}: ${message}`);
    },
  });
  for await (const line of replayed) {
    if (line.kind === 'finding') findings.push(line);
    else if (line.kind === 'alert') alerts.push(line);
    else events = line.events;
  }
  return { findings, alerts, events };
}

async function* toBytes(lines: readonly object[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield Buffer.from(JSON.stringify(line));
}

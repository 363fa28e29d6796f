import { LIFE_OF_ALERTS } from '../alerts/folded-types.ts';
import type { ProvostEvent } from '../core/events/event.ts';
import type { Ledger, StoredEntry } from '../ledger/ledger.ts';
import { searchAll } from '../ledger/search-all.ts';
import type { Position } from './pack-format.ts';

/** Which part of the ledger a pack shows; RFC 3339, from ≤ time < to. */
export type PackScope = { readonly project: string; readonly from: string; readonly to: string };

/**
 * Every position that belongs into a pack, ascending and each once: the project's events of the period, the findings
 * about something that happened in the period whenever they were raised, what became of those findings' alerts, and
 * the project's own entries that those findings rest on.
 */
export async function selectEntries(ledger: Ledger, scope: PackScope): Promise<Position[]> {
  const { project, from, to } = scope;
  const selected = new Map<string, Position>();
  const add = (position: Position) =>
    selected.set(`${position.shard}/${position.index}`, {
      shard: position.shard,
      index: position.index,
    });
  const findings = new Set<string>();
  const evidence = new Map<string, Position>();
  const noteFinding = ({ event }: StoredEntry) => {
    if (event.type !== 'finding.raised') return;
    findings.add(event.data.finding.findingId);
    for (const { shard, index } of event.data.finding.evidence) {
      evidence.set(`${shard}/${index}`, { shard, index });
    }
  };
  for await (const entry of searchAll(ledger, { project, from, to })) {
    add(entry);
    noteFinding(entry);
  }
  for await (const entry of searchAll(ledger, { project, types: ['finding.raised'] })) {
    if (!isAboutPeriod(entry.event, scope)) continue;
    add(entry);
    noteFinding(entry);
  }
  if (findings.size > 0) {
    const alerts = new Set<string>();
    for await (const entry of searchAll(ledger, { project, types: LIFE_OF_ALERTS })) {
      if (belongsToAlert(entry.event, findings, alerts)) add(entry);
    }
  }
  for (const [key, { shard, index }] of evidence) {
    if (selected.has(key)) continue;
    const entry = await ledger.entry(shard, index);
    // Evidence in another project is not this project's to hand out.
    if (entry?.event.project === project) add(entry);
  }
  return [...selected.values()].sort((a, b) => a.shard - b.shard || a.index - b.index);
}

/** The entries at ascending positions, read in runs so that a dense selection costs few queries. */
export async function* readEntries(
  ledger: Ledger,
  positions: readonly Position[],
): AsyncIterable<StoredEntry> {
  for (const run of runsOf(positions)) {
    const first = run[0];
    const last = run.at(-1);
    if (first === undefined || last === undefined) continue;
    const wanted = new Set(run.map(({ index }) => index));
    for await (const entry of ledger.scan(first.shard, first.index, last.index + 1)) {
      if (wanted.has(entry.index)) yield entry;
    }
  }
}

const LARGEST_GAP = 64;
const LONGEST_RUN = 4096;

function* runsOf(positions: readonly Position[]): Iterable<Position[]> {
  let run: Position[] = [];
  for (const position of positions) {
    const last = run.at(-1);
    const near =
      last !== undefined &&
      last.shard === position.shard &&
      position.index - last.index <= LARGEST_GAP &&
      run.length < LONGEST_RUN;
    if (!near && run.length > 0) {
      yield run;
      run = [];
    }
    run.push(position);
  }
  if (run.length > 0) yield run;
}

function isAboutPeriod(event: ProvostEvent, { from, to }: PackScope): boolean {
  if (event.type !== 'finding.raised') return false;
  const at = Date.parse(event.data.finding.occurredAt);
  return at >= Date.parse(from) && at < Date.parse(to);
}

function belongsToAlert(
  event: ProvostEvent,
  findings: ReadonlySet<string>,
  alerts: Set<string>,
): boolean {
  switch (event.type) {
    case 'alert.opened':
    case 'alert.escalated':
      if (findings.has(event.data.findingId)) alerts.add(event.data.alertId);
      return alerts.has(event.data.alertId);
    case 'alert.acknowledged':
    case 'alert.resolved':
    case 'alert.suppressed':
    case 'alert.reopened':
      return alerts.has(event.data.alertId);
    default:
      return false;
  }
}

import type { SourceEvent } from '../../services/core/events/event.ts';
import { DISPOSITIONS } from '../../services/core/finding.ts';
import type { Heard, Told } from '../../test/scenarios/scenario.ts';
import { replay } from './replay.ts';

/** What the detectors made of a scenario. */
export type Verdict = {
  readonly classes: readonly ClassVerdict[];
  /** Incidents that wake somebody, from the first event of the scenario on. */
  readonly pages: number;
  /** What woke somebody before anything had happened. */
  readonly early: readonly Heard[];
  /** Pages and tickets about what is clean, cure or response. */
  readonly forbidden: readonly Heard[];
  readonly heard: readonly Heard[];
};

type ClassVerdict = {
  readonly detector: string;
  /** Undefined when it never fired. */
  readonly first: Heard | undefined;
  /** Events and seconds after the first event at which it can be known; 0 when it is not late. */
  readonly lateEvents: number;
  readonly lateSeconds: number;
};

/** Runs a scenario through the code of `provost replay` and holds what it says against what is expected. */
export async function judgeScenario(told: Told): Promise<Verdict> {
  const events = told.tale.events();
  const places = new Map<SourceEvent, number>();
  events.forEach((event, index) => {
    if (!places.has(event)) places.set(event, index + 1);
  });
  const start = placeOf(places, told.from);
  const { findings, alerts } = await replay(events, 'events', told.tale.governance);
  const eventAt = (line: number): SourceEvent => {
    const event = events[line - 1];
    if (event === undefined) throw new Error(`no line ${line}`);
    return event;
  };
  const all = findings.map((finding) => ({
    line: finding.line,
    heard: {
      ...finding,
      event: eventAt(finding.line),
      about: eventAt(finding.evidence[0] ?? finding.line),
      evidence: finding.evidence.map(eventAt),
    },
  }));
  const later = all.filter(({ line }) => line >= start);
  return {
    classes: told.expected.map(({ detector, at }) => {
      const first = later.find(({ heard }) => heard.detector === detector);
      const known = placeOf(places, at);
      const late = first === undefined ? 0 : Math.max(0, first.line - known);
      return {
        detector,
        first: first?.heard,
        lateEvents: late,
        lateSeconds:
          late === 0 || first === undefined ? 0 : (timeOf(first.heard.event) - timeOf(at)) / 1000,
      };
    }),
    pages: alerts.filter(({ disposition, line }) => disposition === 'page' && line >= start).length,
    early: all
      .filter(({ line, heard }) => line < start && heard.disposition === 'page')
      .map(({ heard }) => heard),
    forbidden: later
      .filter(({ heard }) => DISPOSITIONS.indexOf(heard.disposition) > 0)
      .filter(({ heard }) => told.mustNotFlag?.(heard) === true)
      .map(({ heard }) => heard),
    heard: later.map(({ heard }) => heard),
  };
}

function placeOf(places: ReadonlyMap<SourceEvent, number>, event: SourceEvent): number {
  const place = places.get(event);
  if (place === undefined) throw new Error('an event that the tale does not tell');
  return place;
}

function timeOf(event: SourceEvent): number {
  return Date.parse(event.time ?? '');
}

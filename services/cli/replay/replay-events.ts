import { deadlineEvent } from '../../../detectors/deadline-event.ts';
import { type DetectionPolicy, detectionPolicyFor } from '../../../detectors/detection-policy.ts';
import type { Detector } from '../../../detectors/detector.ts';
import { findingEvent } from '../../../detectors/finding-event.ts';
import { createDeadlineJudging } from '../../../detectors/judge-deadlines.ts';
import type { LaneDetector } from '../../../detectors/lane/lane-detector.ts';
import { LANE_DETECTORS } from '../../../detectors/lane/lane-registry.ts';
import { createLaneStep } from '../../../detectors/lane/lane-step.ts';
import { laneFactOf } from '../../../detectors/lane/view/lane-fact.ts';
import { createLaneView } from '../../../detectors/lane/view/lane-view.ts';
import { DETECTORS } from '../../../detectors/registry.ts';
import { createDetectStep } from '../../../detectors/run-detectors.ts';
import { createProjectView } from '../../../detectors/view/create-view.ts';
import { lastDeadline } from '../../../detectors/view/last-deadline.ts';
import type { ProjectView } from '../../../detectors/view/project-view.ts';
import type { Governance } from '../../config/governance.ts';
import { projectMatchers } from '../../config/project-matchers.ts';
import type { Clock } from '../../core/clock.ts';
import { type Problem, problem } from '../../core/errors.ts';
import { audienceOf } from '../../core/events/catalogue.ts';
import type { Entry, SourceEvent } from '../../core/events/event.ts';
import { acceptEvent, validateSourceEvent } from '../../core/events/validate-event.ts';
import type { Finding } from '../../core/finding.ts';
import type { JsonValue } from '../../core/json/json-value.ts';
import { parseJson } from '../../core/json/parse-json.ts';
import { fail, type Outcome, ok } from '../../core/outcome.ts';
import { createFileProjects } from './file-projects.ts';
import { parseHistoryLine } from './history-events.ts';
import { createIncidentBook } from './incident-book.ts';
import type { FindingLine, ReplayLine } from './replay-lines.ts';

export type ReplayOptions = {
  readonly governance: Governance;
  /** What a line is: an event as the API takes it, or a change of a registry's history. */
  readonly format: 'events' | 'history';
  readonly clock: Clock;
  /** In place of the built-in detectors. */
  readonly detectors?: readonly Detector[];
  /** The same for the second lane, which judges several projects together. */
  readonly laneDetectors?: readonly LaneDetector[];
  /** Called for every line that is not what it should be; the replay goes on. */
  readonly onRejected: (line: number, problem: Problem) => void;
};

/** Identities remembered to drop repetitions, as the ledger does; the oldest is forgotten beyond it. */
const MAX_REMEMBERED = 1_000_000;
const BEGINNING = '1970-01-01T00:00:00.000Z';

/**
 * Runs every detector over the lines in order and says what the service would have said: findings as they arise,
 * incidents when they are over, a summary at the end. Time passes only as far as the lines say: what a push still waits
 * for at the end is counted, not judged. Pure but for the clock of the summary: equal lines give equal
 * output. The time of an event stands for its reception. Bad lines are counted and reported, never fatal.
 */
export async function* replayEvents(
  lines: AsyncIterable<Uint8Array>,
  options: ReplayOptions,
): AsyncGenerator<ReplayLine> {
  const started = options.clock.now();
  const step = createDetectStep(options.detectors ?? DETECTORS);
  const laneStep = createLaneStep(options.laneDetectors ?? LANE_DETECTORS);
  const lane = createLaneView();
  const parse = options.format === 'history' ? parseHistoryLine : parseEventLine;
  const accept = createAcceptance(options.governance);
  const projects = new Map<string, ProjectState>();
  const policyOf = (project: string) => stateOf(projects, project, options.governance).policy;
  const book = createIncidentBook();
  const deadlines = createDeadlineJudging(options.detectors ?? DETECTORS);
  const counts = { events: 0, rejected: 0, findings: 0, alerts: 0, pages: 0, awaiting: 0 };
  let line = 0;
  /** The latest moment of any project. */
  let last = 0;

  function* tell(entry: Entry, project: string, finding: Finding): Generator<ReplayLine> {
    counts.findings += 1;
    yield toFindingLine(finding, entry.index);
    const told = { ...entry, event: findingEvent(finding, entry.event, project) };
    for (const alert of book.add(told)) {
      countAlert(counts, alert);
      yield alert;
    }
  }

  for await (const bytes of lines) {
    line += 1;
    if (bytes.byteLength === 0) continue;
    const parsed = parse(bytes, line);
    if (!parsed.ok) {
      counts.rejected += 1;
      options.onRejected(line, parsed.problem);
      continue;
    }
    for (const source of parsed.value) {
      const event = accept(source);
      if (event === undefined) continue;
      counts.events += 1;
      const { view, policy } = stateOf(projects, event.project, options.governance);
      const entry = { shard: 0, index: line, event };
      const raised = [
        ...step(view, entry, policy).map((finding) => ({ project: event.project, finding })),
        // One file is one order: the second lane has nothing to wait for.
        ...laneStep(lane, laneFactOf(entry), policyOf),
      ];
      last = Math.max(last, view.now);
      for (const { project, finding } of raised) yield* tell(entry, project, finding);
    }
  }
  // In a project that went quiet before the end, only the others show that time has passed.
  for (const [project, { view, policy }] of projects) {
    const deadline = lastDeadline(view, last);
    if (deadline !== undefined && deadlines.isNews(view, deadline, policy)) {
      const entry = { shard: 0, index: line, event: deadlineEvent(project, deadline, last) };
      for (const finding of step(view, entry, policy)) yield* tell(entry, project, finding);
    }
    counts.awaiting += deadlines.countAwaiting(view, policy);
  }
  for (const alert of book.close()) {
    countAlert(counts, alert);
    yield alert;
  }
  yield { kind: 'summary', ...counts, seconds: (options.clock.now() - started) / 1000 };
}

type ProjectState = { readonly view: ProjectView; readonly policy: DetectionPolicy };

function stateOf(
  projects: Map<string, ProjectState>,
  name: string,
  governance: Governance,
): ProjectState {
  let state = projects.get(name);
  if (state === undefined) {
    state = { view: createProjectView(name), policy: detectionPolicyFor(governance, name) };
    projects.set(name, state);
  }
  return state;
}

function parseEventLine(bytes: Uint8Array): Outcome<readonly SourceEvent[]> {
  const json: Outcome<JsonValue> = parseJson(bytes);
  if (!json.ok) return json;
  const event = validateSourceEvent(json.value);
  if (!event.ok) return event;
  if (audienceOf(event.value.type) === 'provost') {
    return fail(
      problem('event.type-reserved', `only Provost itself states ${event.value.type}`, '/type'),
    );
  }
  return ok([event.value]);
}

/** Accepts an event as the service would, but for repetitions: those are undefined. */
function createAcceptance(governance: Governance) {
  const projectOf = createFileProjects(projectMatchers(governance));
  const seen = new Set<string>();
  let last = BEGINNING;
  return (event: SourceEvent) => {
    const identity = `${event.source}\n${event.id}`;
    if (seen.has(identity)) return undefined;
    seen.add(identity);
    if (seen.size > MAX_REMEMBERED) {
      for (const oldest of seen) {
        seen.delete(oldest);
        break;
      }
    }
    last = event.time ?? last;
    return acceptEvent(event, {
      receivedtime: last,
      project: projectOf(event),
      trust: 'authenticated',
    });
  };
}

function toFindingLine(finding: Finding, line: number): FindingLine {
  return {
    kind: 'finding',
    id: finding.findingId,
    rule: finding.rule,
    detector: finding.detector,
    severity: finding.severity,
    disposition: finding.disposition,
    subject: finding.subject.key,
    line,
    evidence: [...new Set(finding.evidence.map((evidence) => evidence.index))],
    message: finding.message,
  };
}

function countAlert(
  counts: { alerts: number; pages: number },
  alert: { readonly disposition: string },
): void {
  counts.alerts += 1;
  if (alert.disposition === 'page') counts.pages += 1;
}

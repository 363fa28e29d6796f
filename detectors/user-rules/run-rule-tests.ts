import { type Problem, problem } from '../../services/core/errors.ts';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import { acceptEvent, validateSourceEvent } from '../../services/core/events/validate-event.ts';
import type { JsonValue } from '../../services/core/json/json-value.ts';
import { fail, type Outcome, ok } from '../../services/core/outcome.ts';
import type { UserRule, UserRuleTest } from '../../services/core/rules/user-rule.ts';
import { DEFAULT_POLICY } from '../detection-policy.ts';
import type { Detector } from '../detector.ts';
import { createDetectStep } from '../run-detectors.ts';
import { createProjectView } from '../view/create-view.ts';

const PROJECT = 'test';
const BEGINNING = '2026-01-01T00:00:00.000Z';

/** Runs a rule's own tests; answers with every one that fails (`rule.test`), in order. */
export function runRuleTests(rule: UserRule, detector: Detector): readonly Problem[] {
  return rule.tests.flatMap((one) => {
    const fired = fires(detector, one);
    if (!fired.ok) return [failed(rule, one, `has a bad event: ${fired.problem.message}`)];
    if (fired.value === (one.expect === 'fires')) return [];
    return [
      failed(rule, one, fired.value ? 'fires, expected silence' : 'is silent, expected it to fire'),
    ];
  });
}

/** Whether the rule speaks about the test's event, after the events given. */
function fires(detector: Detector, one: UserRuleTest): Outcome<boolean> {
  const step = createDetectStep([detector]);
  const view = createProjectView(PROJECT);
  let last = BEGINNING;
  let found = 0;
  for (const [index, raw] of [...(one.given ?? []), one.event].entries()) {
    const event = readEvent(raw, index, last);
    if (!event.ok) return event;
    last = event.value.time;
    found = step(view, { shard: 0, index, event: event.value }, DEFAULT_POLICY).length;
  }
  return ok(found > 0);
}

/** What every event needs and a test should not have to repeat is filled in. */
function readEvent(raw: unknown, index: number, last: string): Outcome<ProvostEvent> {
  const event = {
    specversion: '1.0',
    id: `test-${index}`,
    source: 'urn:test',
    time: last,
    ...(raw as Record<string, JsonValue>),
  };
  const valid = validateSourceEvent(event);
  if (!valid.ok) return fail(valid.problem);
  return ok(
    acceptEvent(valid.value, {
      receivedtime: valid.value.time ?? last,
      project: PROJECT,
      trust: 'authenticated',
    }),
  );
}

function failed({ rule }: UserRule, { name }: UserRuleTest, message: string): Problem {
  return problem('rule.test', `test "${name}" of rule "${rule}" ${message}`);
}

import { parentPort, workerData } from 'node:worker_threads';
import { LANE_DETECTORS } from '../../detectors/lane/lane-registry.ts';
import { DETECTORS } from '../../detectors/registry.ts';
import { withUserRules } from '../../detectors/user-rules/load-rules.ts';
import { ProvostError } from '../../services/core/errors.ts';
import { createInlineJudging } from './inline-judging.ts';
import { type JudgeAnswer, type JudgeCall, type JudgeSetup, LOADED } from './judge-messages.ts';

/** The judging thread: answers calls one after the other, in the order in which they came. */
const setup: JudgeSetup = workerData;
const detectors = withUserRules(setup.rules, DETECTORS);
if (!detectors.ok) throw new Error(detectors.problem.map(({ message }) => message).join('; '));
const judging = createInlineJudging({
  detectors: detectors.value,
  laneDetectors: LANE_DETECTORS,
  governance: setup.governance,
});
let turn: Promise<void> = Promise.resolve();

parentPort?.on('message', (call: JudgeCall) => {
  turn = turn.then(async () => parentPort?.postMessage(await answer(call)));
});
parentPort?.postMessage({ id: LOADED });

async function answer({ id, method, args }: JudgeCall): Promise<JudgeAnswer> {
  try {
    const run: (...given: never[]) => Promise<unknown> = judging[method];
    return { id, value: await run(...(args as never[])) };
  } catch (error) {
    const code = error instanceof ProvostError ? error.code : 'bus.corrupt-record';
    return { id, error: { code, message: error instanceof Error ? error.message : String(error) } };
  }
}

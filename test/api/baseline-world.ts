import { DEFAULT_POLICY } from '../../detectors/detection-policy.ts';
import type { Detector } from '../../detectors/detector.ts';
import { findingEvent } from '../../detectors/finding-event.ts';
import { createDetectStep } from '../../detectors/run-detectors.ts';
import { tagMutation } from '../../detectors/tag-mutation.ts';
import { createProjectView } from '../../detectors/view/create-view.ts';
import { createAlertBook } from '../../services/alerts/alert-book.ts';
import { announcementEvent } from '../../services/alerts/announcement-event.ts';
import { openShardAlerts } from '../../services/alerts/shard-alerts.ts';
import type { TokenRole } from '../../services/api/auth/roles.ts';
import { createBaselines } from '../../services/baselines/baselines.ts';
import type { Governance } from '../../services/config/governance.ts';
import type { Entry, ProvostEvent } from '../../services/core/events/event.ts';
import { projectOfRepository } from '../../services/core/project-of.ts';
import { createHarness, publishedEvents } from './api-harness.ts';

/**
 * The API over a ledger in memory, with the two consumers played by hand: what is published is stored, judged by one
 * detector and folded into alerts, until nobody has anything more to say.
 */
export async function createBaselineWorld(
  governance: Pick<Governance, 'projects'> = {},
  detectors: readonly Detector[] = [tagMutation],
) {
  const waiting: ProvostEvent[] = [];
  let ids = 0;
  const newId = () => `id-${ids++}`;
  const publish = async (event: ProvostEvent) => {
    waiting.push(event);
  };
  const harness = await createHarness({}, ({ ledger, clock }) => ({
    alertBook: createAlertBook({ ledger, clock, newId, publish }),
    baselines: createBaselines({
      ledger,
      clock,
      newId,
      publish,
      governance,
      projectOf: (repository) => projectOfRepository(repository, []),
    }),
  }));
  const { ledger } = harness;
  const step = createDetectStep(detectors);
  const view = createProjectView('lab');
  const alerts = await openShardAlerts(ledger, 0);
  let judged = 0;
  let sent = 0;

  /** Lets everything that was published pass the ledger and the consumers. */
  async function settle(): Promise<void> {
    const posted = publishedEvents(harness.bus);
    waiting.push(...posted.slice(sent));
    sent = posted.length;
    while (waiting.length > 0) {
      await ledger.writer(0).append(waiting.splice(0));
      const size = await ledger.size(0);
      for await (const { shard, index, event } of ledger.scan(0, judged, size)) {
        const entry = { shard, index, event } as Entry;
        judged = index + 1;
        for (const finding of step(view, entry, DEFAULT_POLICY))
          waiting.push(findingEvent(finding, event));
        await alerts.follow(entry);
      }
      for (const item of alerts.state.unannounced.values())
        waiting.push(announcementEvent(item, []));
    }
  }

  return {
    ...harness,
    settle,
    tell: async (events: readonly ProvostEvent[]) => {
      waiting.push(...events);
      await settle();
    },
    /** Calls as somebody with a token of their own. */
    as: async (name: string, roles: readonly TokenRole[] = ['responder']) => {
      const token = await harness.issue(roles, { name });
      return async (
        method: 'GET' | 'POST',
        url: string,
        payload?: object,
        headers: Readonly<Record<string, string>> = {},
      ) => {
        const answer = await harness.app.inject({
          method,
          url,
          headers: { authorization: `Bearer ${token}`, ...headers },
          ...(payload === undefined ? {} : { payload }),
        });
        await settle();
        return answer;
      };
    },
  };
}
